"""Prints the golden numbers of Tests/PictureMetricsTests.

    pip install scikit-image==0.24.0 'numpy<2' && python Tests/Vectors/picture-metrics.py

structural_similarity with these arguments is the paper's index: 11 taps of a Gaussian, population
variances, mean over the windows that lie wholly within the picture.
"""
import numpy as np
from skimage.metrics import mean_squared_error, structural_similarity

WIDTH, HEIGHT = 61, 47


def pictures():
    y, x, c = np.mgrid[0:HEIGHT, 0:WIDTH, 0:3]
    plain = np.minimum(255, np.abs((5 * x + 3 * y + 40 * c) % 128 - 64) * 4)
    noisy = np.clip(plain + (x * 31 + y * 17 + c * 7 + x * y) % 47 - 23, 0, 255)
    dim = plain // 2 + 30
    return plain.astype(np.uint8), noisy.astype(np.uint8), dim.astype(np.uint8)


def similarity(a, b, **more):
    return structural_similarity(
        a, b, gaussian_weights=True, sigma=1.5, use_sample_covariance=False, data_range=255, **more)


def luma(a):
    return a @ np.array([0.299, 0.587, 0.114])


plain, noisy, dim = pictures()
for name, other in (("noisy", noisy), ("dim", dim)):
    for part in (np.s_[:, :], np.s_[10:31, 5:45]):
        a, b = plain[part], other[part]
        error = mean_squared_error(a, b)
        print(name, a.shape[1::-1], f"mse {error:.9f} psnr {10 * np.log10(65025 / error):.9f}",
              f"luma {similarity(luma(a), luma(b)):.9f} rgb {similarity(a, b, channel_axis=2):.9f}")
