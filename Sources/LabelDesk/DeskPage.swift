/// The files of the page, which are part of the program.
enum DeskPage {
  /// The file at a path, and its media type.
  static func file(_ path: String) -> (bytes: [UInt8], type: String)? {
    switch path {
    case "/": (PackageResources.index_html, "text/html; charset=utf-8")
    case "/desk.css": (PackageResources.desk_css, "text/css; charset=utf-8")
    case "/desk.js": (PackageResources.desk_js, script)
    case "/plot.js": (PackageResources.plot_js, script)
    case "/keys.js": (PackageResources.keys_js, script)
    case "/store.js": (PackageResources.store_js, script)
    case "/panes.js": (PackageResources.panes_js, script)
    case "/dialogs.js": (PackageResources.dialogs_js, script)
    case "/icon.svg": (PackageResources.icon_svg, "image/svg+xml")
    default: nil
    }
  }

  private static let script = "text/javascript; charset=utf-8"
}
