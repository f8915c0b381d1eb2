package dev.triptych.models.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/** SHA-256 of files, computed once for each identity while the program runs. */
final class Digests {
  private final Map<String, String> known = new ConcurrentHashMap<>();

  /** Returns the SHA-256 over the sorted names and the files' own SHA-256, in hexadecimal. */
  String of(Map<String, FileSource> files) throws IOException {
    MessageDigest all = sha256();
    for (Map.Entry<String, FileSource> file : new TreeMap<>(files).entrySet()) {
      all.update((file.getKey() + "\n" + of(file.getValue()) + "\n").getBytes(UTF_8));
    }
    return HexFormat.of().formatHex(all.digest());
  }

  /** Returns the SHA-256 of one file, in hexadecimal. */
  String of(FileSource file) throws IOException {
    String digest = known.get(file.identity());
    if (digest == null) {
      MessageDigest one = sha256();
      try (InputStream in = new DigestInputStream(file.open(), one)) {
        byte[] block = new byte[1 << 16];
        while (in.read(block) >= 0) {
          if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("stopped while digesting a model's files");
          }
        }
      }
      digest = HexFormat.of().formatHex(one.digest());
      known.put(file.identity(), digest);
    }
    return digest;
  }

  static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
