/**
 * Reads ONNX files: the weights and the graph that says what they are, without running it.
 *
 * <p>The format is a Protocol Buffers message, {@code onnx.proto}; only the fields that weights
 * need are read. Weights stay views of the bytes given, a mapped file most often.
 */
@Export
@Version("1.0.0")
package dev.triptych.models.onnx;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
