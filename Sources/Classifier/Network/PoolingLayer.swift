// The larger of each pair of neighbouring pixels, channel by channel. An odd last pixel is dropped.

/// output (length/2, channels) of input (length, channels).
func poolForward(_ output: MutableFloats, _ input: Floats, length: Int, channels: Int) {
  for row in 0..<length / 2 {
    let first = input + 2 * row * channels
    let second = first + channels
    let line = output + row * channels
    for channel in 0..<channels { line[channel] = max(first[channel], second[channel]) }
  }
}

/// Sets inputGradient (length, channels): each gradient (length/2, channels) goes to the larger pixel, the first of equals.
func poolBackward(
  _ inputGradient: MutableFloats, _ gradient: Floats, input: Floats, length: Int, channels: Int
) {
  for row in 0..<length / 2 {
    let offset = 2 * row * channels
    for channel in 0..<channels {
      let first = offset + channel
      let second = first + channels
      let isFirst = input[first] >= input[second]
      inputGradient[first] = isFirst ? gradient[row * channels + channel] : 0
      inputGradient[second] = isFirst ? 0 : gradient[row * channels + channel]
    }
  }
  guard length % 2 == 1 else { return }
  (inputGradient + (length - 1) * channels).update(repeating: 0, count: channels)
}
