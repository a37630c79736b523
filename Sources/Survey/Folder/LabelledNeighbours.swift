import Foundation
import GRDB

/// The labelled spectra of a survey by their feature vectors: what a new one looks like, in each class.
public struct LabelledNeighbours: Sendable {
  /// A labelled spectrum.
  public struct Neighbour: Sendable {
    /// The spectrum.
    public let spectrum: SpectrumRecord
    /// Its feature vector.
    public let vector: [Float]
    /// Euclidean distance of the vectors.
    public let distance: Float
  }

  private struct Labelled: Sendable {
    var spectrum: SpectrumRecord
    var label: Int
    var vector: [Float]
  }

  private let classes: ClassSet
  private var labelled: [Int64: Labelled] = [:]

  /// Reads the labels that hold and their feature vectors of one preset.
  ///
  /// - Complexity: O(labels); 4 MB for the 3,000 of the demo.
  public init(_ folder: SurveyFolder, preset: String) throws(SurveyError) {
    classes = folder.classSet
    for act in try folder.labels.current() {
      guard let name = act.label, let label = classes.index(of: name),
        let record = try folder.spectrum(collection: act.collection, did: act.did),
        let vector = try folder.vector(of: record.id, preset: preset)
      else { continue }
      labelled[record.id] = Labelled(spectrum: record, label: label, vector: vector)
    }
  }

  /// Enters a label, or with nil takes it away.
  public mutating func set(_ label: String?, of spectrum: SpectrumRecord, vector: [Float]) {
    labelled[spectrum.id] = label.flatMap(classes.index(of:)).map {
      Labelled(spectrum: spectrum, label: $0, vector: vector)
    }
  }

  /// The nearest labelled spectra of each class, in the order of the class set, the nearest first.
  ///
  /// - Parameters:
  ///   - vector: a feature vector of the same preset.
  ///   - excluded: keys of spectra that do not count, such as those of the same star.
  ///   - count: how many of each class.
  /// - Complexity: O(labels × 140).
  public func nearest(
    to vector: [Float], excluding excluded: Set<Int64>, count: Int
  ) -> [[Neighbour]] {
    var best: [[(distance: Float, id: Int64)]] = Array(repeating: [], count: classes.count)
    for (id, other) in labelled where other.vector.count == vector.count && !excluded.contains(id) {
      let distance = Self.squaredDistance(vector, other.vector)
      if best[other.label].count == count, let last = best[other.label].last, last < (distance, id) {
        continue
      }
      best[other.label].append((distance, id))
      best[other.label].sort { $0 < $1 }
      if best[other.label].count > count { best[other.label].removeLast() }
    }
    return best.map { found in
      found.compactMap { place in
        labelled[place.id].map {
          Neighbour(spectrum: $0.spectrum, vector: $0.vector, distance: place.distance.squareRoot())
        }
      }
    }
  }

  private static func squaredDistance(_ one: [Float], _ other: [Float]) -> Float {
    var sum: Float = 0
    for index in one.indices {
      let difference = one[index] - other[index]
      sum += difference * difference
    }
    return sum
  }
}
