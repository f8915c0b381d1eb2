package dev.triptych.music;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WaveFileTest {
  private static byte[] midi;
  private static byte[] wave;
  private static final List<Double> PROGRESS = new ArrayList<>();

  @BeforeAll
  static void render() throws Exception {
    Setting setting = MelodyGrammarTest.setting(Meter.THREE_FOUR, Mode.MAJOR, 8);
    midi = ScoreFile.bytes(UniformVoice.score(setting, 1));
    wave = WaveFile.render(midi, PROGRESS::add);
  }

  @Test
  void headerSaysWhatTheFileIs() {
    ByteBuffer header = ByteBuffer.wrap(wave).order(ByteOrder.LITTLE_ENDIAN);
    assertEquals("RIFF", new String(wave, 0, 4, StandardCharsets.US_ASCII));
    assertEquals(wave.length - 8, header.getInt(4));
    assertEquals("WAVEfmt ", new String(wave, 8, 8, StandardCharsets.US_ASCII));
    assertEquals(1, header.getShort(20), "PCM");
    assertEquals(2, header.getShort(22), "channels");
    assertEquals(44_100, header.getInt(24));
    assertEquals(16, header.getShort(34), "bits");
    assertEquals("data", new String(wave, 36, 4, StandardCharsets.US_ASCII));
    assertEquals(wave.length - 44, header.getInt(40));
  }

  @Test
  void soundsThroughoutWithoutClipping() {
    int frames = (wave.length - 44) / 4;
    double expected = 8 * 3 * 60.0 / 96 + 2;
    assertEquals(expected, frames / 44_100.0, 0.01, "seconds");
    int peak = 0;
    double square = 0;
    int loud = 0;
    for (int at = 44; at < wave.length; at += 2) {
      int sample = (short) (wave[at] & 0xff | wave[at + 1] << 8);
      peak = Math.max(peak, Math.abs(sample));
      square += (double) sample * sample;
      loud += Math.abs(sample) >= 32_767 ? 1 : 0;
    }
    assertEquals(0.89 * 32_768, peak, 300);
    assertEquals(0, loud, "clipped samples");
    double rms = Math.sqrt(square / ((wave.length - 44) / 2.0));
    assertTrue(rms > 500 && rms < 15_000, "rms " + rms);
    for (int second = 0; second < 14; second++) {
      int from = 44 + second * 44_100 * 4;
      byte[] part = Arrays.copyOfRange(wave, from, from + 44_100 * 4);
      assertTrue(distinct(part) > 100, "silent in second " + second);
    }
  }

  private static long distinct(byte[] samples) {
    ByteBuffer buffer = ByteBuffer.wrap(samples).order(ByteOrder.LITTLE_ENDIAN);
    java.util.Set<Short> found = new java.util.HashSet<>();
    while (buffer.hasRemaining()) {
      found.add(buffer.getShort());
    }
    return found.size();
  }

  @Test
  void equalBytesAgain() throws Exception {
    assertArrayEquals(wave, WaveFile.render(midi, share -> {}));
    assertTrue(PROGRESS.size() > 10);
  }

  @Test
  void stopsWhenTold() {
    assertThrows(
        CancellationException.class,
        () ->
            WaveFile.render(
                midi,
                share -> {
                  if (share > 0.3) {
                    throw new CancellationException();
                  }
                }));
  }
}
