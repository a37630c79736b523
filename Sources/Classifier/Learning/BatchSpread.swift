/// Points to be drawn far from each other: k-means++ (Arthur & Vassilvitskii 2007) with weights.
///
/// The first is the one of greatest weight, each further one is drawn with chance weight · (distance to the nearest chosen)².
struct WeightedSpread {
  /// Values, point after point.
  let points: [Float]
  /// Weight of each point, ≥ 0.
  let weights: [Float]

  func choose(_ count: Int, seed: UInt64) -> [Int] {
    let width = points.count / max(1, weights.count)
    return Spread.draw(count, of: weights.count, seed: seed, weights: weights) { first, second in
      points.squaredDistance(first * width, points, second * width, width)
    }
  }
}

/// The gradients of the loss by the last layer's weights, if each spectrum were of the class the network gives it.
///
/// A gradient is (p − e) ⊗ h, with p the probabilities, e one for the class given, and h the last hidden layer (Ash et al.
/// 2020, eq. 1): it is never written out, since ‖a⊗h − b⊗g‖² = ‖a‖²‖h‖² + ‖b‖²‖g‖² − 2 (a·b)(h·g).
struct GradientEmbedding {
  /// Rows × units, row after row.
  let hidden: [Float]
  /// Rows × `classCount`, row after row.
  let probabilities: [Float]
  let classCount: Int

  /// Rows whose gradients are long and far from each other, by k-means++.
  func spread(_ count: Int, seed: UInt64) -> [Int] {
    let rows = probabilities.count / classCount
    let width = hidden.count / max(1, rows)
    var errors = probabilities
    for row in 0..<rows {
      let line = row * classCount..<(row + 1) * classCount
      let best = line.max { (probabilities[$0], $1) < (probabilities[$1], $0) } ?? row * classCount
      errors[best] -= 1
    }
    let lengths = (0..<rows).map { row in
      errors.product(row * classCount, row * classCount, classCount)
        * hidden.product(row * width, row * width, width)
    }
    return Spread.draw(count, of: rows, seed: seed, weights: nil, lengths: lengths) { first, second in
      max(
        0,
        lengths[first] + lengths[second] - 2
          * errors.product(first * classCount, second * classCount, classCount)
          * hidden.product(first * width, second * width, width))
    }
  }
}

/// The greedy rule for k centres (Sener & Savarese 2018, algorithm 1): the next is the point farthest from all before it.
enum CoreSet {
  /// - Parameters:
  ///   - points: values, point after point of `width`
  ///   - known: points that are centres already
  /// - Returns: points chosen, the farthest first; the lower of equals
  static func choose(_ count: Int, from points: [Float], known: [Float], width: Int) -> [Int] {
    let total = points.count / width
    var distance = [Float](repeating: .infinity, count: total)
    for centre in 0..<known.count / width {
      for row in 0..<total {
        distance[row] = min(
          distance[row], points.squaredDistance(row * width, known, centre * width, width))
      }
    }
    var chosen: [Int] = []
    for _ in 0..<min(count, total) {
      guard let next = distance.indices.max(by: { (distance[$0], $1) < (distance[$1], $0) }) else { break }
      chosen.append(next)
      for row in 0..<total {
        distance[row] = min(
          distance[row], points.squaredDistance(row * width, points, next * width, width))
      }
      distance[next] = -1
    }
    return chosen
  }
}

/// Drawing by k-means++.
enum Spread {
  /// - Parameters:
  ///   - weights: of the rows; nil for 1 each
  ///   - lengths: the first is the row of greatest length, where given, else of greatest weight
  ///   - distance: squared distance of two rows
  static func draw(
    _ count: Int, of rows: Int, seed: UInt64, weights: [Float]?, lengths: [Float]? = nil,
    distance: (_ first: Int, _ second: Int) -> Float
  ) -> [Int] {
    let start = lengths ?? weights ?? []
    guard count > 0, let first = start.indices.max(by: { (start[$0], $1) < (start[$1], $0) }) else {
      return []
    }
    var random = CounterRandom(seed: seed, .query, 2)
    var chosen = [first]
    var isChosen = [Bool](repeating: false, count: rows)
    isChosen[first] = true
    var nearest = [Float](repeating: .infinity, count: rows)
    while chosen.count < min(count, rows) {
      let last = chosen[chosen.count - 1]
      var total = 0.0
      for row in 0..<rows where !isChosen[row] {
        nearest[row] = min(nearest[row], distance(row, last))
        total += Double(nearest[row] * (weights?[row] ?? 1))
      }
      var goal = Double(random.next() >> 11) * 0x1p-53 * total
      var next: Int?
      for row in 0..<rows where !isChosen[row] {
        // Where all are equal to chosen ones, the first is as good as any.
        if next == nil || total > 0 { next = row }
        goal -= Double(nearest[row] * (weights?[row] ?? 1))
        if goal < 0 || total <= 0 { break }
      }
      guard let next else { break }
      chosen.append(next)
      isChosen[next] = true
    }
    return chosen
  }
}

extension [Float] {
  /// Squared distance of a run of `count` values here and one in `other`.
  fileprivate func squaredDistance(_ first: Int, _ other: [Float], _ second: Int, _ count: Int) -> Float {
    withUnsafeBufferPointer { a in
      other.withUnsafeBufferPointer { b in
        var sum = SIMD16<Float>.zero
        let whole = count / 16 * 16
        var rest: Float = 0
        for index in stride(from: 0, to: whole, by: 16) {
          var step = SIMD16<Float>.zero
          for lane in 0..<16 { step[lane] = a[first &+ index &+ lane] - b[second &+ index &+ lane] }
          sum += step * step
        }
        for index in whole..<Swift.max(whole, count) {
          let step = a[first + index] - b[second + index]
          rest += step * step
        }
        return sum.sum() + rest
      }
    }
  }

  /// Product of two runs of `count` values.
  fileprivate func product(_ first: Int, _ second: Int, _ count: Int) -> Float {
    withUnsafeBufferPointer { a in
      var sum = SIMD16<Float>.zero
      let whole = count / 16 * 16
      var rest: Float = 0
      for index in stride(from: 0, to: whole, by: 16) {
        var (left, right) = (SIMD16<Float>.zero, SIMD16<Float>.zero)
        for lane in 0..<16 {
          left[lane] = a[first &+ index &+ lane]
          right[lane] = a[second &+ index &+ lane]
        }
        sum += left * right
      }
      for index in whole..<Swift.max(whole, count) { rest += a[first + index] * a[second + index] }
      return sum.sum() + rest
    }
  }
}
