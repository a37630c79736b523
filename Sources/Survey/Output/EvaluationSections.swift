import Classifier
import Foundation

/// Parts of the report of an evaluation: pairs, the simulator against reality, models side by side.
enum EvaluationSections {
  private static func escaped(_ text: String) -> String { EvaluationText.escaped(text) }

  /// Stars that two telescopes saw; those with two classes have a picture.
  static func pairs(_ found: PairEvaluation) -> String {
    var html = """
      <h2>Stars seen by two telescopes</h2>
      <p>\(found.agreeing) of \(found.pairs.count) stars have the same class from both. Spectra of files; the classes are those of
      highest probability, for as many stars of each class.</p>
      <table><tr><th>star</th><th>first</th><th>class</th><th>EW(Hα)/Å</th><th>second</th><th>class</th><th>EW(Hα)/Å</th>
      <th>same</th></tr>\n
      """
    for pair in found.pairs {
      html += "<tr><th>\(escaped(pair.object ?? ""))</th>"
      for side in pair.sides {
        let share = (Double(side.probabilities[side.index]) * 100).formatted(places: 1)
        html += "<td>\(escaped((side.file as NSString).lastPathComponent))</td>"
        html += "<td>\(escaped(found.classNames[side.index])) \(share) %</td>"
        html += "<td>\(side.equivalentWidth?.formatted(places: 2) ?? "–")</td>"
      }
      html += "<td>\(pair.agrees ? "yes" : "<b>no</b>")</td></tr>\n"
    }
    html += "</table>\n"
    for pair in found.pairs where !pair.agrees {
      html += "<h3>\(escaped(pair.object ?? pair.sides[0].file))</h3>\n<p>\(escaped(pair.explanation))</p>\n"
      html += "<div class=\"picture\">\(pair.picture)</div>\n"
    }
    for failure in found.failed { html += "<p>Could not be used: \(escaped(failure))</p>\n" }
    return html
  }

  /// Distributions of real and simulated spectra.
  static func comparison(_ found: SimulatorComparison) -> String {
    var html = """
      <h2>The simulator against reality</h2>
      <p>\(found.realSpectra) real LAMOST spectra (solid) and \(found.simulatedSpectra) <b>simulated</b> ones (dashed; seed
      \(found.seed)), as feature vectors. The real files are no random sample of the survey: distributions are to overlap, not to
      be equal.</p>
      <div class="plots">\n
      """
    html += EvaluationPlot.bands(found)
    for quantity in found.quantities { html += EvaluationPlot.histogram(quantity) }
    html += "</div>\n<table><tr><th>quantity</th><th>largest difference of the distributions</th></tr>\n"
    for quantity in found.quantities {
      html +=
        "<tr><th>\(escaped(quantity.name))</th><td>\(quantity.distance.formatted(places: 3))</td></tr>\n"
    }
    return html + "</table>\n"
  }

  /// Models in one table.
  static func models(_ rows: [ModelComparison.Row]) -> String {
    let heading = """
      <h2>Models side by side</h2>
      <p>All on the same spectra. Columns with a star are on <b>simulated</b> spectra with equal shares of the classes; clear:
      \(escaped(SimulatedEvaluation.targetPart)). Real: share of the stars with EW(Hα) below −2 Å that rank above 97 % of the
      others.</p>\n
      """
    return heading + table(EvaluationText.modelCells(rows))
  }

  /// What becomes of each kind of simulated object.
  static func natures(_ found: SimulatedEvaluation) -> String {
    let heading = """
      <h3>By nature</h3>
      <p><b>Simulated.</b> What becomes of each kind of object with probabilities for as many spectra of each class. Classes are
      those of the profile that the instrument shows: a Be star whose line drowns in the noise is one without emission.</p>\n
      """
    return heading + table(EvaluationText.natureCells(found.natures))
  }

  /// A table whose first row is the heading.
  private static func table(_ rows: [[String]]) -> String {
    var html = "<table>"
    for (place, cells) in rows.enumerated() {
      html += "<tr>"
      for (column, cell) in cells.enumerated() {
        let tag = place == 0 || column == 0 ? "th" : "td"
        html += "<\(tag)>\(escaped(cell))</\(tag)>"
      }
      html += "</tr>\n"
    }
    return html + "</table>\n"
  }
}
