package dev.triptych.music;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.util.Map;
import java.util.TreeMap;
import javax.sound.midi.InvalidMidiDataException;
import javax.sound.midi.MetaMessage;
import javax.sound.midi.MidiEvent;
import javax.sound.midi.MidiMessage;
import javax.sound.midi.MidiSystem;
import javax.sound.midi.MidiUnavailableException;
import javax.sound.midi.Receiver;
import javax.sound.midi.Sequence;
import javax.sound.midi.Synthesizer;
import javax.sound.midi.Track;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;

/**
 * Renders a MIDI file as a WAV file, 44.1 kHz, 16 bits, stereo, through the JDK's synthesizer and
 * its built-in General MIDI sounds, faster than it plays and without a sound card.
 *
 * <p>The JVM needs {@code --add-exports java.desktop/com.sun.media.sound=ALL-UNNAMED}.
 */
final class WaveFile {
  private static final float RATE = 44_100;
  private static final AudioFormat SYNTHESIZED = new AudioFormat(RATE, 24, 2, true, false);
  private static final AudioFormat WRITTEN = new AudioFormat(RATE, 16, 2, true, false);
  private static final int TAIL_SECONDS = 2; // the last notes die away
  private static final double PEAK = 0.89; // -1 dB of full scale
  private static final double LOUDEST_GAIN = 16;

  private WaveFile() {}

  /** Hears about progress, between 0 and 1, and may throw to stop. */
  @FunctionalInterface
  interface Progress {
    void done(double share);
  }

  /**
   * Returns the bytes of the WAV file.
   *
   * @throws IOException if this JVM cannot synthesize, saying why
   */
  static byte[] render(byte[] midi, Progress progress) throws IOException {
    try {
      Sequence sequence = MidiSystem.getSequence(new ByteArrayInputStream(midi));
      return write(normalize(synthesize(sequence, progress)));
    } catch (InvalidMidiDataException | MidiUnavailableException | ReflectiveOperationException e) {
      Throwable cause = e instanceof InvocationTargetException i ? i.getCause() : e;
      throw new IOException("the JDK's synthesizer cannot render the melody: " + cause, e);
    }
  }

  /** Returns 24-bit samples, little endian, left and right in turn. */
  private static byte[] synthesize(Sequence sequence, Progress progress)
      throws MidiUnavailableException, ReflectiveOperationException, IOException {
    try (Synthesizer synthesizer = MidiSystem.getSynthesizer()) {
      Map<String, Object> options = new TreeMap<>();
      options.put("auto gain control", false); // the whole is normalized below
      AudioInputStream sound =
          (AudioInputStream)
              offline(synthesizer)
                  .getMethod("openStream", AudioFormat.class, Map.class)
                  .invoke(synthesizer, SYNTHESIZED, options);
      Receiver receiver = synthesizer.getReceiver();
      double microsPerTick = tempo(sequence) / (double) sequence.getResolution();
      for (Track track : sequence.getTracks()) {
        for (int i = 0; i < track.size(); i++) {
          MidiEvent event = track.get(i);
          MidiMessage message = event.getMessage();
          if (!(message instanceof MetaMessage)) {
            receiver.send(message, Math.round(event.getTick() * microsPerTick));
          }
        }
      }
      double seconds = sequence.getTickLength() * microsPerTick / 1e6 + TAIL_SECONDS;
      byte[] samples = new byte[(int) (seconds * RATE) * SYNTHESIZED.getFrameSize()];
      int chunk = (int) RATE * SYNTHESIZED.getFrameSize(); // a second
      for (int at = 0; at < samples.length; at += chunk) {
        progress.done(at / (double) samples.length);
        int wanted = Math.min(chunk, samples.length - at);
        if (sound.readNBytes(samples, at, wanted) < wanted) {
          throw new IOException("the JDK's synthesizer stopped early");
        }
      }
      return samples;
    }
  }

  /**
   * The interface that renders offline; a bundle cannot name it, so it is taken from the object.
   */
  private static Class<?> offline(Synthesizer synthesizer) throws MidiUnavailableException {
    for (Class<?> implemented : synthesizer.getClass().getInterfaces()) {
      if (implemented.getSimpleName().equals("AudioSynthesizer")) {
        return implemented;
      }
    }
    throw new MidiUnavailableException(
        synthesizer.getDeviceInfo().getName() + " is not the JDK's own synthesizer");
  }

  private static int tempo(Sequence sequence) {
    Track conductor = sequence.getTracks()[0];
    for (int i = 0; i < conductor.size(); i++) {
      if (conductor.get(i).getMessage() instanceof MetaMessage meta
          && meta.getType() == ScoreFile.TEMPO) {
        byte[] data = meta.getData();
        return (data[0] & 0xff) << 16 | (data[1] & 0xff) << 8 | data[2] & 0xff;
      }
    }
    return 500_000; // the default of Standard MIDI Files: 120 quarter notes a minute
  }

  /** Returns 16-bit samples whose peak is at -1 dB of full scale. */
  private static byte[] normalize(byte[] samples) {
    int count = samples.length / 3;
    int peak = 1;
    for (int i = 0; i < count; i++) {
      peak = Math.max(peak, Math.abs(sample(samples, i)));
    }
    double gain = Math.min(PEAK * (1 << 23) / peak, LOUDEST_GAIN) / 256;
    byte[] written = new byte[count * 2];
    for (int i = 0; i < count; i++) {
      int value = (int) Math.round(sample(samples, i) * gain);
      written[2 * i] = (byte) value;
      written[2 * i + 1] = (byte) (value >> 8);
    }
    return written;
  }

  private static int sample(byte[] samples, int i) {
    return samples[3 * i] & 0xff | (samples[3 * i + 1] & 0xff) << 8 | samples[3 * i + 2] << 16;
  }

  private static byte[] write(byte[] samples) throws IOException {
    long frames = samples.length / WRITTEN.getFrameSize();
    ByteArrayOutputStream out = new ByteArrayOutputStream(samples.length + 44);
    AudioInputStream stream =
        new AudioInputStream(new ByteArrayInputStream(samples), WRITTEN, frames);
    AudioSystem.write(stream, AudioFileFormat.Type.WAVE, out);
    return out.toByteArray();
  }
}
