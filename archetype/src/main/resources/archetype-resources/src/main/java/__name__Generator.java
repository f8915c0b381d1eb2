package ${package};

import dev.triptych.api.Descriptor;
import dev.triptych.api.Draft;
import dev.triptych.api.Generator;
import dev.triptych.api.Job;
import dev.triptych.api.Parameter;
import dev.triptych.api.Phrase;
import dev.triptych.api.Request;
#if($modality == "image")
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
#end
#if($modality != "text")
import java.io.ByteArrayOutputStream;
#end
#if($modality != "music")
import java.util.List;
#end
import java.util.SplittableRandom;
#if($modality == "music")
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.Sequence;
import javax.sound.midi.ShortMessage;
import javax.sound.midi.Track;
#elseif($modality == "image")
import javax.imageio.ImageIO;
#end
import org.osgi.service.component.annotations.Component;

#if($modality == "music")
/** Lets the wind choose among the five tubes of a chime. */
@Component
public final class ${name}Generator implements Generator {
  private static final int[] TUBES = {74, 76, 78, 81, 83}; // D major pentatonic, MIDI pitches
  private static final int TICKS = 480; // a quarter note

  static final Parameter.Whole STROKES =
      Parameter.Whole.of("strokes", Phrase.of("How many strokes", "敲几下"), 1, 500).initially(32);

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("${id}", Phrase.of("Wind chimes", "风铃"), "audio/midi")
        .withParameters(STROKES);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    int strokes = request.get(STROKES);
    SplittableRandom wind = new SplittableRandom(request.seed());
    Sequence sequence = new Sequence(Sequence.PPQ, TICKS);
    Track track = sequence.createTrack();
    int micros = 60_000_000 / request.plan().tempo().orElse(80);
    byte[] tempo = {(byte) (micros >> 16), (byte) (micros >> 8), (byte) micros};
    track.add(new MidiEvent(new MetaMessage(0x51, tempo, 3), 0));
    track.add(new MidiEvent(new ShortMessage(ShortMessage.PROGRAM_CHANGE, 0, 14, 0), 0));
    long tick = 0;
    for (int i = 0; i < strokes; i++) {
      job.step((double) i / strokes, "ringing"); // progress, and where the user can stop it
      int pitch = TUBES[wind.nextInt(TUBES.length)];
      int loudness = wind.nextInt(50, 110);
      track.add(new MidiEvent(new ShortMessage(ShortMessage.NOTE_ON, 0, pitch, loudness), tick));
      tick += TICKS / 4 * (long) wind.nextInt(1, 6);
      track.add(new MidiEvent(new ShortMessage(ShortMessage.NOTE_OFF, 0, pitch, 0), tick));
    }
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    MidiSystem.write(sequence, 0, file);
    try (Draft score = job.draft("audio/midi")) {
      score.show(file.toByteArray());
      score.note("composer", "the wind").commit();
    }
  }
}
#elseif($modality == "image")
/** Drops rings into still water, in the colors that the plan gives all its works. */
@Component
public final class ${name}Generator implements Generator {
  private static final List<String> GREYS = List.of("#202830", "#607080", "#a0b0b8", "#e8ecee");

  static final Parameter.Whole RINGS =
      Parameter.Whole.of("rings", Phrase.of("How many rings", "多少圈涟漪"), 1, 500).initially(40);
  static final Parameter.Whole SIZE =
      Parameter.Whole.of("size", Phrase.of("Width and height in pixels", "边长（像素）"), 64, 2048)
          .initially(256);

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("${id}", Phrase.of("Rings in water", "涟漪"), "image/png")
        .withParameters(RINGS, SIZE);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    int rings = request.get(RINGS);
    int size = request.get(SIZE);
    List<String> palette = request.plan().palette();
    List<Color> colors = (palette.isEmpty() ? GREYS : palette).stream().map(Color::decode).toList();
    SplittableRandom rain = new SplittableRandom(request.seed());
    BufferedImage picture = new BufferedImage(size, size, BufferedImage.TYPE_INT_RGB);
    Graphics2D water = picture.createGraphics();
    water.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
    water.setColor(colors.get(0));
    water.fillRect(0, 0, size, size);
    for (int i = 0; i < rings; i++) {
      job.step((double) i / rings, "raining"); // progress, and where the user can stop it
      int width = rain.nextInt(size / 16, size);
      water.setColor(colors.get(rain.nextInt(colors.size())));
      water.drawOval(rain.nextInt(size) - width / 2, rain.nextInt(size) - width / 2, width, width);
    }
    water.dispose();
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    ImageIO.write(picture, "png", file);
    try (Draft draft = job.draft("image/png")) {
      draft.show(file.toByteArray());
      draft.note("painter", "the rain").commit();
    }
  }
}
#else
/** Cuts the prompt into its words, as Dada did, and lays them out anew. */
@Component
public final class ${name}Generator implements Generator {
  static final Parameter.Whole LINES =
      Parameter.Whole.of("lines", Phrase.of("How many lines", "几行"), 1, 100).initially(4);

  @Override
  public Descriptor descriptor() {
    return Descriptor.of("${id}", Phrase.of("Cut-up poem", "拼贴诗"), "text/plain")
        .withParameters(LINES);
  }

  @Override
  public void generate(Request request, Job job) throws Exception {
    int lines = request.get(LINES);
    boolean chinese = request.plan().language().equals("zh"); // its words stand without spaces
    List<String> words = List.of(request.prompt().strip().split(chinese ? "\\s*" : "\\s+"));
    SplittableRandom scissors = new SplittableRandom(request.seed());
    try (Draft poem = job.draft("text/plain")) {
      for (int i = 0; i < lines; i++) {
        job.step((double) i / lines, "cutting"); // progress, and where the user can stop it
        StringBuilder line = new StringBuilder();
        for (int left = scissors.nextInt(3, 8); left > 0; left--) {
          line.append(words.get(scissors.nextInt(words.size())));
          line.append(chinese || left == 1 ? "" : " ");
        }
        poem.append(line.append('\n'));
      }
      poem.note("poet", "scissors").commit();
    }
  }
}
#end
