"""Makes trajectories.json beside it: whole runs of diffusers' schedulers with a fixed fake model.

    pip install torch==2.7.1 diffusers==0.34.0 scipy
    python make.py

The fake model is out = tanh(a x + b t / 1000 + pattern), the noise and the start are sines, so that
Java computes them alike and none of them is kept here. Each case holds the settings as a
scheduler_config.json has them (only those that differ from the defaults), the timesteps and the
sample after each step. A case that begins late begins as StableDiffusionImg2ImgPipeline does.
"""
import itertools
import json
import math
import pathlib
import sys

import diffusers
import torch

HERE = pathlib.Path(__file__).parent
torch.set_grad_enabled(False)
SHAPE = (1, 1, 2, 3)
SD = dict(beta_start=0.00085, beta_end=0.012, beta_schedule="scaled_linear")
ALL = ("epsilon", "sample", "v_prediction")


def sines(first, step, size):
    return torch.tensor([size * math.sin(first + step * j) for j in range(6)]).reshape(SHAPE)


def noise(k):
    return sines(1.3 * (k + 1), 2.1 + 0.4 * k, 1.5)


def model(x, t):
    return torch.tanh(0.4 * x - 0.7 * float(t) / 1000 + sines(0.3, 1.7, 0.8))


def run(name, steps, strength=1.0, eta=0.0, **config):
    kind = getattr(diffusers, name)
    scheduler = kind(**config)
    scheduler.set_timesteps(steps)
    drawn = itertools.count()
    module = sys.modules[kind.__module__]
    if hasattr(module, "randn_tensor"):
        module.randn_tensor = lambda *args, **kwargs: noise(next(drawn))
    begin = (steps - min(int(steps * strength), steps)) * scheduler.order
    if hasattr(scheduler, "set_begin_index"):
        scheduler.set_begin_index(begin)  # at 0 too, else equal timesteps are told apart wrongly
    if begin > 0:
        t = scheduler.timesteps[begin : begin + 1]
        x = scheduler.add_noise(sines(0.7, 1.9, 1.2), noise(50), t)
    else:
        x = sines(0.7, 1.9, 1.2) * float(scheduler.init_noise_sigma)
    extra = dict(eta=eta) if eta else {}
    samples = [x]
    for t in scheduler.timesteps[begin:]:
        out = model(scheduler.scale_model_input(x, t), t)
        x = scheduler.step(out, t, x, **extra).prev_sample
        samples.append(x)
    assert all(torch.isfinite(s).all() for s in samples), (name, steps, config)
    if eta:
        config["eta"] = eta
    return dict(
        config=dict(_class_name=name, **config), steps=steps, begin=begin, noises=next(drawn),
        timesteps=[number(t) for t in scheduler.timesteps.tolist()],
        samples=[[number(v) for v in s.flatten().tolist()] for s in samples],
    )


def number(value):
    return float(f"{value:.8g}")


CASES = []


def add(name, steps, predictions=("epsilon",), **config):
    for count in steps if isinstance(steps, tuple) else (steps,):
        for prediction in predictions:
            CASES.append(run(name, count, prediction_type=prediction, **config))


COSINE = dict(beta_schedule="squaredcos_cap_v2")
ZERO = dict(SD, rescale_betas_zero_snr=True, timestep_spacing="trailing")
TABLE = dict(num_train_timesteps=20, trained_betas=[0.01 + 0.02 * i for i in range(20)])

for name in ("DDIMScheduler", "DDPMScheduler"):
    add(name, (4, 10, 25), ALL, clip_sample=False, steps_offset=1, **SD)
    add(name, 7, ALL)
    add(name, 5, ALL, clip_sample_range=0.6, timestep_spacing="linspace", **COSINE)
    add(name, 6, ("v_prediction",), clip_sample=False, **ZERO)
    add(name, 9, ("epsilon", "sample"), thresholding=True, dynamic_thresholding_ratio=0.7,
        sample_max_value=1.4, **SD)
    add(name, 3, ALL, **TABLE)
    add(name, 10, strength=0.6, clip_sample=False, **SD)
    add(name, 1, clip_sample=False, timestep_spacing="trailing", **SD)
add("DDIMScheduler", 7, ALL, eta=0.7, clip_sample=False, set_alpha_to_one=False, steps_offset=1, **SD)
add("DDPMScheduler", 6, variance_type="fixed_large", **SD)
add("DDPMScheduler", 6, variance_type="fixed_small_log", **SD)

NO_SAMPLE = ("epsilon", "v_prediction")
name = "PNDMScheduler"
add(name, (4, 10, 25), NO_SAMPLE, skip_prk_steps=True, steps_offset=1, **SD)
add(name, (4, 10, 25), NO_SAMPLE, **SD)
add(name, 7, skip_prk_steps=True, set_alpha_to_one=True, timestep_spacing="trailing", **COSINE)
add(name, 9, timestep_spacing="linspace")
add(name, (1, 2, 3), skip_prk_steps=True, **SD)
add(name, 10, strength=0.5, skip_prk_steps=True, steps_offset=1, **SD)
add(name, 10, strength=0.5, **SD)

CURVES = ("use_karras_sigmas", "use_exponential_sigmas", "use_beta_sigmas")
for name in ("LMSDiscreteScheduler", "EulerDiscreteScheduler", "HeunDiscreteScheduler"):
    add(name, (4, 10, 25), ALL, **SD)
    add(name, 7, ALL, timestep_spacing="leading", steps_offset=1, **SD)
    add(name, 5, ALL, timestep_spacing="trailing", **COSINE)
    add(name, 6)
    add(name, 3, ALL, **TABLE)
    for curve in CURVES:
        add(name, (4, 9), NO_SAMPLE, **{curve: True}, **SD)
        add(name, 5, timestep_spacing="leading", **{curve: True}, **SD)
    add(name, 10, NO_SAMPLE, strength=0.6, **SD)
    add(name, 10, strength=0.45, use_karras_sigmas=True, timestep_spacing="leading", **SD)
name = "HeunDiscreteScheduler"
add(name, 8, ALL, clip_sample=True, clip_sample_range=0.8, **SD)
name = "EulerDiscreteScheduler"
add(name, 6, ("v_prediction",), **ZERO)
add(name, (1, 2, 4), timestep_spacing="trailing", **SD)  # SDXL Turbo
add(name, 8, interpolation_type="log_linear", **SD)
add(name, 8, final_sigmas_type="sigma_min", **SD)
add(name, 8, ("v_prediction",), sigma_min=0.002, sigma_max=700.0, use_karras_sigmas=True,
    timestep_type="continuous", **SD)
add(name, 8, timestep_type="continuous", **SD)
name = "EulerAncestralDiscreteScheduler"
add(name, (4, 10, 25), NO_SAMPLE, **SD)
add(name, 7, NO_SAMPLE, timestep_spacing="leading", steps_offset=1)
add(name, 5, ("v_prediction",), **ZERO)
add(name, 3, **TABLE)
add(name, (1, 2), timestep_spacing="trailing", **SD)  # SD Turbo
add(name, 10, strength=0.6, **SD)

name = "DPMSolverMultistepScheduler"
for order, algorithm in itertools.product((1, 2, 3), ("dpmsolver++", "sde-dpmsolver++")):
    kind = dict(solver_order=order, algorithm_type=algorithm)
    add(name, (4, 10, 25), ALL if order > 1 else ("epsilon",), **kind, **SD)
    add(name, 7, ("v_prediction",), solver_type="heun", **kind, **ZERO)
    add(name, 17, lower_order_final=False, timestep_spacing="leading", steps_offset=1, **kind, **SD)
    add(name, 9, strength=0.6, **kind, **SD)
add(name, 9, solver_type="heun", **SD)
add(name, 9, final_sigmas_type="sigma_min", **SD)
add(name, 9, solver_order=3, final_sigmas_type="sigma_min", **SD)
add(name, 20, euler_at_final=True, final_sigmas_type="sigma_min")
add(name, 9, lambda_min_clipped=-5.1, **COSINE)
add(name, 9, use_karras_sigmas=True, **COSINE)
add(name, 9, ("epsilon", "sample"), thresholding=True, dynamic_thresholding_ratio=0.7,
    sample_max_value=1.4, **SD)
add(name, 6, algorithm_type="deis", solver_type="logrho", final_sigmas_type="sigma_min",
    **SD)
add(name, 3, solver_order=3, **TABLE)
for curve in CURVES + ("use_lu_lambdas",):
    add(name, (4, 9), **{curve: True}, **SD)
add(name, 9, use_karras_sigmas=True, algorithm_type="sde-dpmsolver++", **SD)

name = "UniPCMultistepScheduler"
for order in (1, 2, 3):
    add(name, (4, 10, 25), ALL if order > 1 else ("epsilon",), solver_order=order, **SD)
    add(name, 9, strength=0.6, solver_order=order, **SD)
    add(name, 8, final_sigmas_type="sigma_min", solver_type="bh1", solver_order=order, **SD)
    add(name, 8, ALL, final_sigmas_type="sigma_min", predict_x0=False, solver_order=order, **SD)
add(name, 7, ("v_prediction",), **ZERO)
add(name, 7, timestep_spacing="leading", steps_offset=1)
add(name, 9, lower_order_final=False, final_sigmas_type="sigma_min", **SD)
add(name, 9, disable_corrector=[0, 1, 4], **SD)
add(name, 9, thresholding=True, dynamic_thresholding_ratio=0.7, sample_max_value=1.4, **SD)
add(name, 7, **COSINE)
add(name, 3, solver_order=3, **TABLE)
for curve in CURVES:
    add(name, (4, 9), **{curve: True}, **SD)

name = "LCMScheduler"
add(name, (1, 2, 4, 7), ALL)
add(name, (10, 25), NO_SAMPLE)
add(name, 5, NO_SAMPLE, clip_sample=True, clip_sample_range=0.8, original_inference_steps=30)
add(name, 4, strength=0.5)
add(name, 4, timestep_scaling=2.0, thresholding=True, dynamic_thresholding_ratio=0.7,
    sample_max_value=1.4)

if __name__ == "__main__":
    lines = ",\n".join(json.dumps(case, separators=(",", ":")) for case in CASES)
    (HERE / "trajectories.json").write_text("[\n" + lines + "\n]\n")
    print(len(CASES), "cases of", diffusers.__version__, "with torch", torch.__version__)
