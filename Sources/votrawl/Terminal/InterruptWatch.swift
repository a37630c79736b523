@preconcurrency import Dispatch
import Foundation
import Synchronization

/// Turns Ctrl-C into a request to stop: once to finish and save, twice to stop at once.
final class InterruptWatch: Sendable {
  private let interrupted = Mutex(false)
  private let sources: [any DispatchSourceSignal]

  init(_ stop: @escaping @Sendable () -> Void) {
    var sources: [any DispatchSourceSignal] = []
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      sources.append(DispatchSource.makeSignalSource(signal: number, queue: .global()))
    }
    self.sources = sources
    for source in sources {
      source.setEventHandler { [self] in
        let again = interrupted.withLock { flag in
          defer { flag = true }
          return flag
        }
        if again { _exit(130) }
        FileHandle.standardError.write(
          Data("\nstopping: saving the state (Ctrl-C again stops at once)\n".utf8))
        stop()
      }
      source.resume()
    }
  }

  var wasInterrupted: Bool { interrupted.withLock { $0 } }

  func stop() { for source in sources { source.cancel() } }
}
