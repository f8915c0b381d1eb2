package dev.triptych.models.tokenizer;

import dev.triptych.models.onnx.ProtobufReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/**
 * A SentencePiece model, as {@code sentencepiece_model.proto} has it.
 *
 * @param pieces in the order of their ids
 * @param bytePairs whether it is a BPE model; otherwise a Unigram model
 * @param unknown id of the unknown piece
 * @param charsmap the table of characters that are replaced, in Base64; empty if there is none
 */
record SentencePieceFile(List<Piece> pieces, boolean bytePairs, int unknown, String charsmap) {
  private static final int LARGEST = 64 << 20;
  private static final int UNIGRAM = 1;
  private static final int BPE = 2;

  /** A piece, its score, and whether it is control or user-defined. */
  record Piece(String text, float score, int kind) {
    private static final int CONTROL = 3;
    private static final int USER_DEFINED = 4;

    boolean isControl() {
      return kind == CONTROL;
    }

    boolean isAdded() {
      return kind == CONTROL || kind == USER_DEFINED;
    }
  }

  /**
   * Reads a file.
   *
   * @throws IOException if it is no model, or of a kind that tokenizers has not
   */
  static SentencePieceFile read(Path file) throws IOException {
    if (Files.size(file) > LARGEST) {
      throw new IOException(file + " is damaged: it has more than 64 MiB; get it again");
    }
    try {
      return parse(ByteBuffer.wrap(Files.readAllBytes(file)));
    } catch (IOException | IllegalArgumentException e) {
      throw new IOException(
          file + " is no SentencePiece model that can be read: " + e.getMessage(), e);
    }
  }

  private static SentencePieceFile parse(ByteBuffer bytes) throws IOException {
    List<Piece> pieces = new ArrayList<>();
    long kind = UNIGRAM;
    long unknown = 0;
    String charsmap = "";
    ProtobufReader model = new ProtobufReader(bytes);
    while (model.next()) {
      switch (model.field()) {
        case 1 -> pieces.add(piece(model.message()));
        case 2 -> {
          ProtobufReader trainer = model.message();
          while (trainer.next()) {
            switch (trainer.field()) {
              case 3 -> kind = trainer.number();
              case 40 -> unknown = trainer.number();
              default -> {}
            }
          }
        }
        case 3 -> {
          ProtobufReader normalizer = model.message();
          while (normalizer.next()) {
            if (normalizer.field() == 2) {
              ByteBuffer table = normalizer.bytes();
              byte[] copy = new byte[table.remaining()];
              table.get(copy);
              charsmap = Base64.getEncoder().encodeToString(copy);
            }
          }
        }
        default -> {}
      }
    }
    if (kind != UNIGRAM && kind != BPE) {
      throw new IllegalArgumentException("it is neither a Unigram nor a BPE model");
    }
    if (pieces.isEmpty() || unknown < 0 || unknown >= pieces.size()) {
      throw new IllegalArgumentException("it has no pieces, or no unknown piece");
    }
    return new SentencePieceFile(pieces, kind == BPE, (int) unknown, charsmap);
  }

  private static Piece piece(ProtobufReader reader) throws IOException {
    String text = "";
    float score = 0;
    long kind = 1;
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> text = reader.text();
        case 2 -> score = reader.real();
        case 3 -> kind = reader.number();
        default -> {}
      }
    }
    return new Piece(text, score, (int) kind);
  }
}
