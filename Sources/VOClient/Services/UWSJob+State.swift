extension UWSJob.State {
  /// Reads the description of a job (UWS 1.1, section 2.2.2.1).
  ///
  /// - Parameter base: the address it came from, for relative references.
  /// - Throws: SVC-03 for a document that describes no job.
  init(_ root: XMLTree, base: String) throws(ServiceError) {
    guard root.name == "job" else {
      throw ServiceError(.unreadable, url: base, message: "the answer is no job but \(root.name)")
    }
    let results = root.child("results")?.all("result") ?? []
    let result = results.first { $0.attributes["id"] == "result" } ?? results.first
    jobID = root.value("jobId") ?? ""
    phase = root.value("phase").flatMap { UWSJob.Phase(rawValue: $0.uppercased()) } ?? .unknown
    resultURL = result?.attributes["href"].flatMap { WebAddress(base)?.resolving($0)?.text }
    errorMessage = root.child("errorSummary")?.value("message")
    destruction = root.value("destruction")
    executionDuration = root.value("executionDuration").flatMap { Int($0) }
    self.results = results.compactMap { result in
      guard let href = result.attributes["href"], let address = WebAddress(base)?.resolving(href) else {
        return nil
      }
      return UWSJob.Result(
        id: result.attributes["id"] ?? "", url: address.text, mediaType: result.attributes["mime-type"],
        size: result.attributes["size"].flatMap { Int($0) })
    }
  }
}
