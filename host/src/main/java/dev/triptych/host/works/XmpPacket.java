package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Optional;

/**
 * A label as an XMP packet, the description in Dublin Core (XMP specification, part 1, 7 and 8.3).
 */
final class XmpPacket {
  private static final byte[] HEAD =
      ("<?xpacket begin=\"\ufeff\" id=\"W5M0MpCehiHzreSzNTczkc9d\"?>"
              + "<x:xmpmeta xmlns:x=\"adobe:ns:meta/\">"
              + "<rdf:RDF xmlns:rdf=\"http://www.w3.org/1999/02/22-rdf-syntax-ns#\">"
              + "<rdf:Description rdf:about=\"\" xmlns:dc=\"http://purl.org/dc/elements/1.1/\">"
              + "<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">")
          .getBytes(UTF_8);
  private static final byte[] TAIL =
      ("</rdf:li></rdf:Alt></dc:description></rdf:Description></rdf:RDF></x:xmpmeta>"
              + "<?xpacket end=\"r\"?>")
          .getBytes(UTF_8);

  private XmpPacket() {}

  static byte[] of(String label) {
    byte[] utf8 = XmlText.escape(label).getBytes(UTF_8);
    byte[] packet = Arrays.copyOf(HEAD, HEAD.length + utf8.length + TAIL.length);
    System.arraycopy(utf8, 0, packet, HEAD.length, utf8.length);
    System.arraycopy(TAIL, 0, packet, HEAD.length + utf8.length, TAIL.length);
    return packet;
  }

  /**
   * Returns the label, if bytes {@code from} to {@code to} are a packet as {@link #of} makes it.
   */
  static Optional<String> label(byte[] bytes, int from, int to) {
    int begin = from + HEAD.length;
    int end = to - TAIL.length;
    if (begin > end
        || !Arrays.equals(bytes, from, begin, HEAD, 0, HEAD.length)
        || !Arrays.equals(bytes, end, to, TAIL, 0, TAIL.length)) {
      return Optional.empty();
    }
    String text = new String(bytes, begin, end - begin, UTF_8);
    return Optional.of(XmlText.unescape(text)).filter(label -> label.startsWith(Labels.MARK));
  }
}
