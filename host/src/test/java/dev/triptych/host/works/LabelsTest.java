package dev.triptych.host.works;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.imageio.metadata.IIOMetadata;
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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.NodeList;

/** Labels, read back by the JDK's own readers. */
class LabelsTest {
  private static final String LABEL = Labels.text("test.echo", "1.0.0", "ab".repeat(32));

  private static byte[] sample(String mediaType) throws Exception {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    switch (mediaType) {
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
      default -> throw new IllegalArgumentException(mediaType);
    }
    return out.toByteArray();
  }

  @ParameterizedTest
  @ValueSource(strings = {"image/png", "audio/midi", "audio/wav"})
  void aLabelIsReadBackReplacedAndTheSameEachTime(String mediaType) throws Exception {
    byte[] plain = sample(mediaType);
    assertEquals(Optional.empty(), Labels.read(mediaType, plain));
    byte[] labelled = Labels.write(mediaType, plain, LABEL);
    assertEquals(Optional.of(LABEL), Labels.read(mediaType, labelled));
    assertEquals(Optional.of("ab".repeat(32)), Labels.record(LABEL));
    assertArrayEquals(labelled, Labels.write(mediaType, plain, LABEL));
    String other = Labels.text("test.other", "2.0.0", "cd".repeat(32));
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
  @ValueSource(strings = {"image/png", "audio/midi", "audio/wav"})
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

  @Test
  void plainTextStaysAsItIs() throws IOException {
    byte[] poem = "春眠不觉晓\n".getBytes(UTF_8);
    assertArrayEquals(poem, Labels.write("text/plain", poem, LABEL));
    assertThrows(IOException.class, () -> Labels.write("image/png", poem, LABEL));
  }
}
