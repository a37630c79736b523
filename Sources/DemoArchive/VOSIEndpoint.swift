/// VOSI 1.1: availability and capabilities.
struct VOSIEndpoint: Sendable {
  /// The collection.
  let collection: DemoCollection
  /// Base URL of the archive.
  let base: String
  /// The limits that are stated.
  let configuration: DemoArchiveConfiguration

  /// That the service is up.
  var availability: Answer {
    xml(
      """
      <vosi:availability xmlns:vosi="http://www.ivoa.net/xml/VOSIAvailability/v1.0">
        <vosi:available>true</vosi:available>
        <vosi:note>Simulated spectra of VOTrawl's demo archive</vosi:note>
      </vosi:availability>
      """)
  }

  /// What there is, and where.
  var capabilities: Answer {
    let root = base + "/" + collection.path
    return xml(
      """
      <vosi:capabilities xmlns:vosi="http://www.ivoa.net/xml/VOSICapabilities/v1.0"
          xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
          xmlns:vs="http://www.ivoa.net/xml/VODataService/v1.1"
          xmlns:ssap="http://www.ivoa.net/xml/SSA/v1.1">
        <capability standardID="ivo://ivoa.net/std/SSA" xsi:type="ssap:SimpleSpectralAccess">
          <interface role="std" xsi:type="vs:ParamHTTP">
            <accessURL use="base">\(root)/ssap?</accessURL>
            <queryType>GET</queryType>
            <resultType>application/x-votable+xml</resultType>
          </interface>
          <complianceLevel>query</complianceLevel>
          <dataSource>artificial</dataSource>
          <creationType>archival</creationType>
          <supportedFrame>ICRS</supportedFrame>
          <maxSearchRadius>180</maxSearchRadius>
          <maxRecords>\(configuration.hardMaxrec)</maxRecords>
          <defaultMaxRecords>\(configuration.defaultMaxrec)</defaultMaxRecords>
          <testQuery><queryDataCmd>MAXREC=1</queryDataCmd></testQuery>
        </capability>
        <capability standardID="ivo://ivoa.net/std/DataLink#links-1.1">
          <interface role="std" version="1.1" xsi:type="vs:ParamHTTP">
            <accessURL use="base">\(root)/links</accessURL>
          </interface>
        </capability>
        <capability standardID="ivo://ivoa.net/std/SODA#sync-1.0">
          <interface role="std" version="1.0" xsi:type="vs:ParamHTTP">
            <accessURL use="full">\(root)/cutout</accessURL>
          </interface>
        </capability>
        <capability standardID="ivo://ivoa.net/std/VOSI#availability">
          <interface role="std" xsi:type="vs:ParamHTTP">
            <accessURL use="full">\(root)/availability</accessURL>
          </interface>
        </capability>
        <capability standardID="ivo://ivoa.net/std/VOSI#capabilities">
          <interface role="std" xsi:type="vs:ParamHTTP">
            <accessURL use="full">\(root)/capabilities</accessURL>
          </interface>
        </capability>
      </vosi:capabilities>
      """)
  }

  private func xml(_ body: String) -> Answer {
    Answer(type: "text/xml", body: Array(("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body + "\n").utf8))
  }
}
