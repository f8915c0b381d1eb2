/**
 * Models from a Hugging Face hub, in the cache that Python's {@code huggingface_hub} shares.
 *
 * <pre>{@code
 * Path folder = Hub.standard().pull("HuggingFaceTB/SmolLM2-135M-Instruct");
 * }</pre>
 *
 * <p>{@link dev.triptych.models.hub.Hub} downloads, {@link dev.triptych.models.hub.HubCache} finds,
 * checks and removes what was downloaded, and {@link dev.triptych.models.hub.ModelFacts} says what
 * is in a folder. None of them needs OSGi or libtorch.
 */
@Export
@Version("1.0.0")
package dev.triptych.models.hub;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
