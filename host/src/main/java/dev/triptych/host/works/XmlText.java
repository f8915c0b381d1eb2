package dev.triptych.host.works;

/** Text as the content of an XML element. */
final class XmlText {
  private XmlText() {}

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }

  static String unescape(String text) {
    return text.replace("&gt;", ">").replace("&lt;", "<").replace("&amp;", "&");
  }
}
