package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.triptych.api.Lineage;
import dev.triptych.api.Plan;
import dev.triptych.api.Request;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.metadata.IIOMetadata;
import javax.imageio.plugins.tiff.TIFFDirectory;
import javax.imageio.plugins.tiff.TIFFImageReadParam;
import javax.imageio.stream.ImageInputStream;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.NodeList;
import org.xml.sax.InputSource;

/** Labels, read back by the JDK's own readers. */
class LabelsTest {
  private static final String LABEL = label("test.echo", Map.of(), Map.of(), "ab");

  private static String label(
      String generator, Map<String, String> values, Map<String, String> models, String record) {
    Request request = Request.of("", Plan.of(Map.of()), 0).withValues(values);
    Lineage lineage = Lineage.of(generator, "1.0.0", request).withModels(models);
    return Labels.text(lineage, record.repeat(32));
  }

  @Test
  void theTextNamesTheModelAndNotWhereItLies() {
    Map<String, String> models = Map.of("diffusers-unet", "ab", "diffusers-vae", "cd");
    Map<String, String> named =
        Map.of(
            "/home/me/private/sd-turbo", "sd-turbo",
            "folder/我的 模型/", "我的 模型",
            "stabilityai/sd-turbo@v1", "stabilityai/sd-turbo@v1",
            "/home/me/hub/models--stabilityai--sd-turbo/snapshots/ab", "stabilityai/sd-turbo",
            "x/\"Record: ab\"", "_Record_ ab_");
    named.forEach(
        (typed, name) -> {
          String text = label("image.diffusers", Map.of("model", typed), models, "ab");
          String start = "Made with Triptych by the model " + name + ", not by a person (";
          assertTrue(text.startsWith(start + "image.diffusers 1.0.0). 由 Triptych 用模型 "), text);
          assertEquals(Optional.of("ab".repeat(32)), Labels.record(text));
        });
    assertTrue(
        label("image.picture", Map.of(), models, "ab")
            .startsWith("Made with Triptych by the models diffusers-unet, diffusers-vae, not by"));
    assertTrue(
        LABEL.startsWith("Made with Triptych, not by a person (test.echo 1.0.0). 由 Triptych"));
  }

  private static byte[] sample(String mediaType) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (mediaType) {
      case "image/jpeg", "image/tiff" -> {
        BufferedImage image = new BufferedImage(17, 9, BufferedImage.TYPE_INT_RGB);
        image.createGraphics().fillRect(3, 2, 9, 4);
        ImageIO.write(image, mediaType.substring(6), out);
      }
      case "image/png" -> {
        BufferedImage image = new BufferedImage(5, 3, BufferedImage.TYPE_INT_RGB);
        image.setRGB(2, 1, 0x204060);
        ImageIO.write(image, "png", out);
      }
      case "audio/midi" -> {
        Sequence sequence = new Sequence(Sequence.PPQ, 480);
        Track track = sequence.createTrack();
        track.add(new MidiEvent(new ShortMessage(ShortMessage.NOTE_ON, 0, 60, 90), 0));
        track.add(new MidiEvent(new ShortMessage(ShortMessage.NOTE_OFF, 0, 60, 0), 480));
        sequence.createTrack();
        MidiSystem.write(sequence, 1, out);
      }
      case "audio/wav" -> {
        AudioFormat format = new AudioFormat(8000, 8, 1, false, false);
        byte[] tone = new byte[101]; // odd: a pad byte is due
        new Random(1).nextBytes(tone);
        AudioSystem.write(
            new AudioInputStream(new ByteArrayInputStream(tone), format, tone.length),
            AudioFileFormat.Type.WAVE,
            out);
      }
      case "image/svg+xml" ->
          out.writeBytes(
              ("<?xml version=\"1.0\"?>\n<!-- > --><svg xmlns='http://www.w3.org/2000/svg'"
                      + " class='>'><metadata>of others</metadata><path d=\"M0 0\"/></svg>")
                  .getBytes(UTF_8));
      default -> throw new IllegalArgumentException(mediaType);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/png", "image/jpeg", "image/tiff", "audio/midi", "audio/wav"})
  void aLabelIsReadBackReplacedAndTheSameEachTime(String mediaType) throws Exception {
    byte[] plain = sample(mediaType);
    assertEquals(Optional.empty(), Labels.read(mediaType, plain));
    byte[] labelled = Labels.write(mediaType, plain, LABEL);
    assertEquals(Optional.of(LABEL), Labels.read(mediaType, labelled));
    assertEquals(Optional.of("ab".repeat(32)), Labels.record(LABEL));
    assertArrayEquals(labelled, Labels.write(mediaType, plain, LABEL));
    String other = label("test.other", Map.of(), Map.of(), "cd");
    assertArrayEquals(
        Labels.write(mediaType, plain, other), Labels.write(mediaType, labelled, other));
  }

  @Test
  void imageIoReadsTheLabelAndTheSamePixels() throws Exception {
    byte[] plain = sample("image/png");
    byte[] labelled = Labels.write("image/png", plain, LABEL);
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(labelled))) {
      var reader = ImageIO.getImageReadersByFormatName("png").next();
      reader.setInput(in);
      assertEquals(0xff204060, reader.read(0).getRGB(2, 1));
      IIOMetadata metadata = reader.getImageMetadata(0);
      var root = (org.w3c.dom.Element) metadata.getAsTree("javax_imageio_png_1.0");
      NodeList entries = root.getElementsByTagName("iTXtEntry");
      assertEquals(1, entries.getLength());
      var entry = (org.w3c.dom.Element) entries.item(0);
      assertEquals("Triptych", entry.getAttribute("keyword"));
      assertEquals(LABEL, entry.getAttribute("text"));
    }
  }

  @Test
  void midiSystemReadsTheLabelAndTheSameEvents() throws Exception {
    byte[] labelled = Labels.write("audio/midi", sample("audio/midi"), LABEL);
    Sequence sequence = MidiSystem.getSequence(new ByteArrayInputStream(labelled));
    assertEquals(2, sequence.getTracks().length);
    Track track = sequence.getTracks()[0];
    MetaMessage first = (MetaMessage) track.get(0).getMessage();
    assertEquals(1, first.getType());
    assertEquals(LABEL, new String(first.getData(), UTF_8));
    assertEquals(4, track.size()); // label, on, off, end
    assertEquals(480, sequence.getTickLength());
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/jpeg", "image/tiff"})
  void imageIoReadsTheSamePixels(String mediaType) throws Exception {
    byte[] plain = sample(mediaType);
    byte[] labelled = Labels.write(mediaType, plain, LABEL);
    BufferedImage before = ImageIO.read(new ByteArrayInputStream(plain));
    BufferedImage after = ImageIO.read(new ByteArrayInputStream(labelled));
    for (int i = 0; i < 17 * 9; i++) {
      assertEquals(before.getRGB(i % 17, i / 17), after.getRGB(i % 17, i / 17));
    }
  }

  @Test
  void theJpegsPacketIsXmpBehindJfif() throws Exception {
    byte[] labelled = Labels.write("image/jpeg", sample("image/jpeg"), LABEL);
    assertEquals((byte) 0xe0, labelled[3]);
    int app1 = 4 + ByteBuffer.wrap(labelled).getChar(4);
    assertEquals((byte) 0xe1, labelled[app1 + 1]);
    int length = ByteBuffer.wrap(labelled).getChar(app1 + 2);
    String name = "http://ns.adobe.com/xap/1.0/\0";
    assertEquals(name, new String(labelled, app1 + 4, name.length(), UTF_8));
    int from = app1 + 4 + name.length();
    assertEquals(LABEL, description(Arrays.copyOfRange(labelled, from, app1 + 2 + length)));
  }

  @Test
  void theTiffsPacketIsXmpUnderTag700() throws Exception {
    byte[] plain = sample("image/tiff");
    byte[] labelled = Labels.write("image/tiff", plain, LABEL);
    assertArrayEquals(
        Arrays.copyOfRange(plain, 8, plain.length), Arrays.copyOfRange(labelled, 8, plain.length));
    var field = directory(labelled).getTIFFField(700);
    assertEquals(LABEL, description(field.getAsBytes()));
  }

  private static TIFFDirectory directory(byte[] tiff) throws Exception {
    try (ImageInputStream in = ImageIO.createImageInputStream(new ByteArrayInputStream(tiff))) {
      ImageReader reader = null;
      var readers = ImageIO.getImageReadersByFormatName("tiff");
      while (readers.hasNext()) {
        ImageReader one = readers.next();
        reader = one.getClass().getName().startsWith("com.sun") ? one : reader;
      }
      reader.setInput(in, false, false);
      TIFFImageReadParam param = new TIFFImageReadParam();
      param.setReadUnknownTags(true);
      return TIFFDirectory.createFromMetadata(reader.readAll(0, param).getMetadata());
    }
  }

  /** What an XML parser finds as the packet's description. */
  private static String description(byte[] packet) throws Exception {
    var factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    var document = factory.newDocumentBuilder().parse(new ByteArrayInputStream(packet));
    var found = document.getElementsByTagNameNS("http://purl.org/dc/elements/1.1/", "description");
    assertEquals(1, found.getLength());
    return found.item(0).getTextContent();
  }

  @Test
  void anotherPacketStaysAndTheLabelGoesBesideIt() throws Exception {
    byte[] packet = "<x:xmpmeta xmlns:x='adobe:ns:meta/'/>".getBytes(UTF_8);
    byte[] plain = sample("image/jpeg");
    byte[] name = "http://ns.adobe.com/xap/1.0/\0".getBytes(UTF_8);
    ByteBuffer jpeg = ByteBuffer.allocate(plain.length + 4 + name.length + packet.length);
    jpeg.put(plain, 0, 2).putShort((short) 0xffe1);
    jpeg.putShort((short) (2 + name.length + packet.length)).put(name).put(packet);
    both("image/jpeg", jpeg.put(plain, 2, plain.length - 2).array(), packet);

    byte[] labelled = Labels.write("image/tiff", sample("image/tiff"), LABEL);
    String foreign =
        new String(labelled, ISO_8859_1).replace("W5M0MpCehiHzreSzNTczkc9d", "0".repeat(24));
    byte[] tiff = foreign.getBytes(ISO_8859_1);
    byte[] twice = both("image/tiff", tiff, "0".repeat(24).getBytes(UTF_8));
    // The JDK reads ASCII alone there.
    String described = directory(twice).getTIFFField(270).getAsString(0);
    assertTrue(described.startsWith(LABEL.substring(0, LABEL.indexOf("由"))), described);
  }

  private static byte[] both(String mediaType, byte[] bytes, byte[] packet) throws Exception {
    assertEquals(Optional.empty(), Labels.read(mediaType, bytes));
    byte[] labelled = Labels.write(mediaType, bytes, LABEL);
    assertEquals(Optional.of(LABEL), Labels.read(mediaType, labelled));
    assertArrayEquals(labelled, Labels.write(mediaType, labelled, LABEL));
    String all = new String(labelled, ISO_8859_1);
    assertTrue(all.contains(new String(packet, ISO_8859_1)));
    assertEquals(17, ImageIO.read(new ByteArrayInputStream(labelled)).getWidth());
    return labelled;
  }

  @Test
  void audioSystemReadsTheSameSound() throws Exception {
    byte[] labelled = Labels.write("audio/wav", sample("audio/wav"), LABEL);
    try (AudioInputStream sound =
        AudioSystem.getAudioInputStream(new ByteArrayInputStream(labelled))) {
      byte[] tone = new byte[101];
      new Random(1).nextBytes(tone);
      assertArrayEquals(tone, sound.readAllBytes());
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/png", "image/jpeg", "image/tiff", "audio/midi", "audio/wav"})
  void damagedFilesAreRefusedOrKeptReadable(String mediaType) throws Exception {
    byte[] labelled = Labels.write(mediaType, sample(mediaType), LABEL);
    for (int length = 0; length < labelled.length; length++) {
      tryBoth(mediaType, Arrays.copyOf(labelled, length));
    }
    Random random = new Random(3);
    for (int i = 0; i < 3000; i++) {
      byte[] mutated = labelled.clone();
      for (int n = random.nextInt(4); n >= 0; n--) {
        mutated[random.nextInt(mutated.length)] = (byte) random.nextInt();
      }
      tryBoth(mediaType, mutated);
    }
  }

  /** Only IOExceptions may come; what was labelled must be readable with its label. */
  private static void tryBoth(String mediaType, byte[] bytes) {
    try {
      byte[] labelled = Labels.write(mediaType, bytes, LABEL);
      assertEquals(Optional.of(LABEL), Labels.read(mediaType, labelled));
    } catch (IOException e) {
      assertNotNull(e.getMessage());
      assertTrue(e.getMessage().matches("(?s)th(e|is) .*"), e.getMessage());
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<svg xmlns='http://www.w3.org/2000/svg'/>",
        "<s:svg xmlns:s=\"http://www.w3.org/2000/svg\">\n<s:g/></s:svg>",
        "\uFEFF<!DOCTYPE svg PUBLIC \"-//W3C//DTD SVG 1.1//EN\" \"svg11.dtd\">\n"
            + "<svg xmlns='http://www.w3.org/2000/svg'></svg>"
      })
  void anXmlParserReadsTheLabelOfAnSvg(String svg) throws Exception {
    byte[] plain = svg.getBytes(UTF_8);
    String text = LABEL + " a<b & c>d";
    byte[] labelled = Labels.write("image/svg+xml", plain, text);
    assertEquals(Optional.of(text), Labels.read("image/svg+xml", labelled));
    var factory = DocumentBuilderFactory.newInstance();
    factory.setNamespaceAware(true);
    var builder = factory.newDocumentBuilder();
    builder.setEntityResolver((id, system) -> new InputSource(new StringReader("")));
    var root = builder.parse(new ByteArrayInputStream(labelled)).getDocumentElement();
    var first = root.getFirstChild();
    assertEquals("metadata", first.getLocalName());
    assertEquals("http://www.w3.org/2000/svg", first.getNamespaceURI());
    assertEquals(text, first.getTextContent());
    assertEquals(Optional.of("image/svg+xml"), MediaKinds.sniff(labelled));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<!--",
        "<!-- --><!DOCTYPE svg",
        "<svgx/>",
        "<html><svg/></html>",
        "<svg",
        "<svg a='>",
        "svg",
        "<!--<svg>"
      })
  void whatIsNoSvgIsRefused(String text) {
    byte[] bytes = text.getBytes(UTF_8);
    assertThrows(IOException.class, () -> Labels.write("image/svg+xml", bytes, LABEL));
    assertTrue(MediaKinds.sniff(bytes).filter("image/svg+xml"::equals).isEmpty());
  }

  @Test
  void plainTextStaysAsItIs() throws IOException {
    byte[] poem = "春眠不觉晓\n".getBytes(UTF_8);
    assertArrayEquals(poem, Labels.write("text/plain", poem, LABEL));
    assertThrows(IOException.class, () -> Labels.write("image/png", poem, LABEL));
  }
}
