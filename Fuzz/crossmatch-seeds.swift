// Writes well-formed files to begin from: crossmatch-seeds moc|index FOLDER

#if canImport(Glibc)
  import Glibc
#endif

@main
enum Seeds {
  static func main() throws {
    let arguments = CommandLine.arguments
    guard arguments.count == 3 else { exit(64) }
    let folder = arguments[2]
    if arguments[1] == "moc" {
      let texts = ["0/", "0/0-11", "1/0-2 4 2/21 40-42 5/800 801 6/", "29/5 7 3458764513820540927"]
      for (k, text) in texts.enumerated() {
        let moc = try MOC(ascii: text)
        try moc.write(toPath: "\(folder)/\(k).txt")
        try moc.write(toPath: "\(folder)/\(k).json")
        try moc.write(toPath: "\(folder)/\(k).fits")
        guard let file = OutputFile(path: "\(folder)/\(k)-nuniq.fits"), file.write(moc.fits(form: .nuniq)),
          file.finish()
        else { exit(1) }
      }
    } else {
      for n in [0, 1, 30] {
        let ra = (0..<n).map { 11.5 * Double($0) }
        let dec = (0..<n).map { 89 - 6 * Double($0) }
        let path = "\(folder)/\(n).fits"
        try SkyIndex(ra: ra, dec: dec).save(toPath: path)
        if n == 30 { try SkyIndex.append(ra: [1, 2], dec: [3, .nan], toPath: path) }
      }
    }
  }
}
