/**
 * Programs and tensors: TorchScript source files that run Hugging Face weights on DJL's PyTorch
 * engine.
 *
 * <p>{@link dev.triptych.models.Torch#start()} comes first, once in a process; then {@link
 * dev.triptych.models.Program#load} compiles a program and maps its weights, and {@link
 * dev.triptych.models.Program#call} runs it.
 */
@Export
@Version("1.0.0")
package dev.triptych.models;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
