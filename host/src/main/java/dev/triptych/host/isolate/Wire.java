package dev.triptych.host.isolate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;

/**
 * The pipe between host and worker: frames of a bounded length. [reading: one thread; writing: any]
 *
 * <p>A frame is four bytes of length, one of kind, four of the length of the head, the head in
 * JSON, then data. What does not fit that is refused in one sentence; the other side may be
 * hostile.
 */
public final class Wire {
  /** The version that both sides say first. */
  public static final int VERSION = 1;

  /** How long a frame may be, and so a work that goes over it. */
  public static final int MAX_BYTES = 64 << 20;

  /** How long the head of a frame may be. */
  static final int MAX_HEAD = 4 << 20;

  /** How much of a frame with data is left for its head. */
  public static final int HEAD_ROOM = 4 << 10;

  /** What a frame says. */
  public enum Kind {
    /** Host: this is your plugin. */
    HELLO,
    /** Worker: these are its generators. */
    READY,
    /** Host: make a work. */
    GENERATE,
    /** Worker: a step is done. */
    STEP,
    /** Worker: open a draft. */
    DRAFT,
    /** Worker: append the data to a draft. */
    APPEND,
    /** Worker: the data is the whole draft. */
    SHOW,
    /** Worker: a fact on a draft. */
    NOTE,
    /** Worker: a draft was made from a work. */
    FROM,
    /** Worker: keep a draft. */
    COMMIT,
    /** Worker: end a draft. */
    CLOSE,
    /** Worker: may a model be leased? */
    WANTS,
    /** Worker: a model was leased. */
    HAS,
    /** Worker: the generator has returned. */
    DONE,
    /** Worker: the generator has thrown. */
    FAILED,
    /** Host: the answer to a call. */
    ANSWER,
    /** Host: what a call threw. */
    THROWN
  }

  /** One frame. */
  public record Frame(Kind kind, JsonNode head, byte[] data) {
    /**
     * Returns a text of the head.
     *
     * @throws IOException if it has none of the name
     */
    public String text(String name) throws IOException {
      JsonNode value = head.get(name);
      if (value == null || !value.isTextual()) {
        throw new IOException("a frame " + kind + " lacks the text " + name);
      }
      return value.textValue();
    }

    /**
     * Returns a number of the head.
     *
     * @throws IOException if it has none of the name
     */
    public double number(String name) throws IOException {
      JsonNode value = head.get(name);
      if (value == null || !value.isNumber()) {
        throw new IOException("a frame " + kind + " lacks the number " + name);
      }
      return value.doubleValue();
    }
  }

  private static final byte[] NOTHING = new byte[0];

  private final ObjectMapper mapper = new ObjectMapper();
  private final DataInputStream in;
  private final DataOutputStream out;

  /** Talks over two streams. */
  public Wire(InputStream in, OutputStream out) {
    this.in = new DataInputStream(new BufferedInputStream(in));
    this.out = new DataOutputStream(new BufferedOutputStream(out));
  }

  /** Returns an empty head. */
  public ObjectNode head() {
    return mapper.createObjectNode();
  }

  /** Sends a frame without data. */
  public void send(Kind kind, ObjectNode head) throws IOException {
    send(kind, head, NOTHING);
  }

  /**
   * Sends a frame.
   *
   * @throws IOException if it is too long, or the other side is gone
   */
  public synchronized void send(Kind kind, ObjectNode head, byte[] data) throws IOException {
    byte[] text = mapper.writeValueAsBytes(head);
    if (text.length > MAX_HEAD || 5L + text.length + data.length > MAX_BYTES) {
      throw new IOException("a frame of a worker may have at most " + (MAX_BYTES >> 20) + " MB");
    }
    out.writeInt(5 + text.length + data.length);
    out.writeByte(kind.ordinal());
    out.writeInt(text.length);
    out.write(text);
    out.write(data);
    out.flush();
  }

  /**
   * Reads a frame.
   *
   * @throws EOFException if the other side has ended
   * @throws IOException if what comes is no frame
   */
  public Frame read() throws IOException {
    int length = in.readInt();
    if (length < 5 || length > MAX_BYTES) {
      throw new IOException("a frame cannot have " + length + " bytes");
    }
    int kind = in.readUnsignedByte();
    int headLength = in.readInt();
    if (kind >= Kind.values().length) {
      throw new IOException("there is no frame of kind " + kind);
    }
    if (headLength < 2 || headLength > Math.min(MAX_HEAD, length - 5)) {
      throw new IOException("the head of a frame cannot have " + headLength + " bytes");
    }
    JsonNode head;
    try {
      head = mapper.readTree(new String(whole(headLength), StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IOException("the head of a frame is no JSON", e);
    }
    if (!head.isObject()) {
      throw new IOException("the head of a frame is no JSON object");
    }
    return new Frame(Kind.values()[kind], head, whole(length - 5 - headLength));
  }

  private byte[] whole(int length) throws IOException {
    byte[] bytes = in.readNBytes(length); // grows as bytes come, not as the length says
    if (bytes.length < length) {
      throw new EOFException("the pipe ended inside a frame");
    }
    return bytes;
  }
}
