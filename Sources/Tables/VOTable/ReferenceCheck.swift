/// Checks the IDs and references of a document: IDs are unique, references lead somewhere.
struct ReferenceCheck {
  let log: DiagnosticLog

  func check(_ root: XMLNode) {
    var ids: Set<String> = []
    collect(root, &ids)
    follow(root, ids)
  }

  private func collect(_ node: XMLNode, _ ids: inout Set<String>) {
    if !node.isForeign, let id = node["ID"], !ids.insert(id).inserted {
      log.line = node.line
      log.note(.duplicateID, "the ID `\(id)` is there twice; a reference means the first", group: id)
    }
    for child in node.children where !child.isForeign { collect(child, &ids) }
  }

  private func follow(_ node: XMLNode, _ ids: Set<String>) {
    if !node.isForeign, let ref = node["ref"], !ids.contains(ref), node.name != "LINK" {
      log.line = node.line
      log.note(.danglingReference, "<\(node.name)> refers to `\(ref)`, which is not there", group: ref)
    }
    for child in node.children where !child.isForeign { follow(child, ids) }
  }
}
