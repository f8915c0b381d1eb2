package dev.triptych.api.broken;

import ai.djl.ndarray.NDArray;

/** An interface of the contract that shows a tensor and does not say who implements it. */
interface Leaky {
  NDArray tensor();
}
