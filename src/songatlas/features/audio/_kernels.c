/* The loops of the frame features for which numpy has no fast call, in plain C.
 *
 * Each function gives, bit for bit, what its numpy counterpart in spectrum.py, contrast.py and
 * tuning.py gives, and tests hold it to that; where this file was not compiled, those are used.
 * Arrays come as C-contiguous buffers whose sizes the caller has made to fit; what can be checked
 * of that is. Build without contraction of products and sums (-ffp-contract=off), or bits differ.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int
fits(const Py_buffer *view, Py_ssize_t n_items, Py_ssize_t itemsize)
{
    if (view->len == n_items * itemsize && view->itemsize == itemsize)
        return 1;
    PyErr_SetString(PyExc_ValueError, "a buffer has another size or type than its shape needs");
    return 0;
}

/* windowed_frames(samples f4, window f8, hop, frames f8 (n, n_fft)) */
static void
window_all(const float *samples, const double *window, Py_ssize_t n_fft, Py_ssize_t hop,
           Py_ssize_t n_frames, double *frames)
{
    for (Py_ssize_t frame = 0; frame < n_frames; frame++) {
        const float *from = samples + frame * hop;
        double *to = frames + frame * n_fft;
        for (Py_ssize_t i = 0; i < n_fft; i++)
            to[i] = (double)from[i] * window[i];
    }
}

/* power(spectrum c16, out f4) */
static void
square_all(const double *spectrum, Py_ssize_t n, float *power)
{
    for (Py_ssize_t i = 0; i < n; i++) {
        const double re = spectrum[2 * i], im = spectrum[2 * i + 1];
        power[i] = (float)(re * re + im * im);
    }
}

/* The sum that numpy makes of a row: eight running sums, halves beyond 128 numbers. */
static float
pairwise_sum(const float *a, Py_ssize_t n)
{
    if (n < 8) {
        float sum = 0.0f;
        for (Py_ssize_t i = 0; i < n; i++)
            sum += a[i];
        return sum;
    }
    if (n <= 128) {
        float r[8];
        Py_ssize_t i;
        for (int j = 0; j < 8; j++)
            r[j] = a[j];
        for (i = 8; i < n - n % 8; i += 8)
            for (int j = 0; j < 8; j++)
                r[j] += a[i + j];
        float sum = ((r[0] + r[1]) + (r[2] + r[3])) + ((r[4] + r[5]) + (r[6] + r[7]));
        for (; i < n; i++)
            sum += a[i];
        return sum;
    }
    Py_ssize_t half = n / 2;
    half -= half % 8;
    return pairwise_sum(a, half) + pairwise_sum(a + half, n - half);
}

static float
mean_root(float *cells, Py_ssize_t n)
{
    for (Py_ssize_t i = 0; i < n; i++)
        cells[i] = sqrtf(cells[i]);
    return pairwise_sum(cells, n) / (float)n;
}

static float
greatest_of(const float *cells, Py_ssize_t n)
{
    float top[8];
    Py_ssize_t i;
    for (int j = 0; j < 8; j++)
        top[j] = cells[0];
    for (i = 0; i + 8 <= n; i += 8)
        for (int j = 0; j < 8; j++)
            top[j] = cells[i + j] > top[j] ? cells[i + j] : top[j];
    for (; i < n; i++)
        top[0] = cells[i] > top[0] ? cells[i] : top[0];
    for (int j = 1; j < 8; j++)
        top[0] = top[j] > top[0] ? top[j] : top[0];
    return top[0];
}

/* The k greatest of n cells to the front of `greatest`, in ascending order; n >= k >= 1.
 *
 * Cells i, i + n_groups, i + 2 n_groups … form a group. The k greatest cells lie in the k groups
 * whose maxima are greatest, so that few cells are looked at twice; ranks of maxima are counted
 * rather than sorted, since a processor guesses the branches of a sort wrong.
 * There is room for n in `greatest`, and for 8 more than 3 k in `maxima`.
 */
static void
select_greatest(const float *restrict cells, Py_ssize_t n, Py_ssize_t k, float *restrict greatest,
                float *restrict maxima)
{
    const Py_ssize_t n_groups = 8 * ((3 * k + 7) / 8);
    Py_ssize_t i, j, n_chosen = 0;
    if (k == 1) {
        greatest[0] = greatest_of(cells, n);
        return;
    }
    if (n < n_groups) { /* too few for groups */
        memcpy(greatest, cells, (size_t)n * sizeof(float));
        n_chosen = n;
    } else {
        float bound = INFINITY; /* the k-th greatest maximum: at least k cells reach it */
        memcpy(maxima, cells, (size_t)n_groups * sizeof(float));
        for (i = n_groups; i + n_groups <= n; i += n_groups)
            for (j = 0; j < n_groups; j++)
                maxima[j] = cells[i + j] > maxima[j] ? cells[i + j] : maxima[j];
        for (j = 0; i + j < n; j++)
            maxima[j] = cells[i + j] > maxima[j] ? cells[i + j] : maxima[j];
        for (j = 0; j < n_groups; j++) {
            int n_greater = 0;
            for (i = 0; i < n_groups; i++)
                n_greater += maxima[i] > maxima[j];
            bound = n_greater < k && maxima[j] < bound ? maxima[j] : bound;
        }
        for (j = 0; j < n_groups; j++)
            if (maxima[j] >= bound)
                for (i = j; i < n; i += n_groups) {
                    greatest[n_chosen] = cells[i];
                    n_chosen += cells[i] >= bound;
                }
    }
    for (i = 1; i < n_chosen; i++) {
        const float cell = greatest[i];
        for (j = i; j > 0 && greatest[j - 1] > cell; j--)
            greatest[j] = greatest[j - 1];
        greatest[j] = cell;
    }
    memmove(greatest, greatest + n_chosen - k, (size_t)k * sizeof(float));
}

/* Peaks of one spectrum: bins in [first, stop) above a share of its strongest bin and neighbours. */
static Py_ssize_t
peaks_of(const float *row, Py_ssize_t n_bins, Py_ssize_t first, Py_ssize_t stop, float share,
         double bin_hz, float *frequency, float *height)
{
    const float threshold = share * greatest_of(row, n_bins);
    Py_ssize_t n = 0;
    for (Py_ssize_t i = first; i < stop; i++) {
        const float left = row[i - 1], middle = row[i], right = row[i + 1];
        if (!(middle > threshold && middle > left && middle >= right))
            continue;
        const float slope = (right - left) / 2.0f;
        const double curvature = (double)(left + right) - 2.0 * (double)middle;
        const float shift = (float)((double)-slope / curvature);
        frequency[n] = (float)(((double)i + (double)shift) * bin_hz);
        height[n] = middle + (0.5f * slope) * shift;
        n++;
    }
    return n;
}

static PyObject *
py_windowed_frames(PyObject *self, PyObject *args)
{
    Py_buffer samples, window, frames;
    Py_ssize_t hop;
    if (!PyArg_ParseTuple(args, "y*y*nw*", &samples, &window, &hop, &frames))
        return NULL;
    const Py_ssize_t n_fft = window.len / 8, n = n_fft ? frames.len / 8 / n_fft : 0;
    const int good = hop > 0 && n > 0 && fits(&window, n_fft, 8) && fits(&frames, n * n_fft, 8) &&
                     fits(&samples, (n - 1) * hop + n_fft, 4);
    if (good)
        window_all(samples.buf, window.buf, n_fft, hop, n, frames.buf);
    else if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "hop and number of frames must be at least 1");
    PyBuffer_Release(&samples);
    PyBuffer_Release(&window);
    PyBuffer_Release(&frames);
    return good ? Py_NewRef(Py_None) : NULL;
}

static PyObject *
py_squared_magnitude(PyObject *self, PyObject *args)
{
    Py_buffer spectrum, power;
    if (!PyArg_ParseTuple(args, "y*w*", &spectrum, &power))
        return NULL;
    const Py_ssize_t n = power.len / 4;
    const int good = fits(&power, n, 4) && fits(&spectrum, n, 16);
    if (good)
        square_all(spectrum.buf, n, power.buf);
    PyBuffer_Release(&spectrum);
    PyBuffer_Release(&power);
    return good ? Py_NewRef(Py_None) : NULL;
}

static PyObject *
py_band_extremes(PyObject *self, PyObject *args)
{
    Py_buffer power, bands, out;
    Py_ssize_t n_bins;
    float *chosen = NULL;
    int good = 0;
    if (!PyArg_ParseTuple(args, "y*ny*w*", &power, &n_bins, &bands, &out))
        return NULL;
    const Py_ssize_t n_bands = bands.len / 24, n = n_bins > 0 ? power.len / 4 / n_bins : 0;
    const long long *band = bands.buf; /* (n_bands, 3): start, stop, how many are extreme */
    Py_ssize_t most = 1; /* extreme cells of a band */
    if (!fits(&power, n * n_bins, 4) || !fits(&bands, 3 * n_bands, 8) ||
        !fits(&out, 2 * n * n_bands, 4))
        goto done;
    for (Py_ssize_t b = 0; b < n_bands; b++) {
        const long long start = band[3 * b], stop = band[3 * b + 1], k = band[3 * b + 2];
        if (start < 0 || stop > n_bins || k < 1 || k > stop - start) {
            PyErr_SetString(PyExc_ValueError, "a band lies outside of the spectrum");
            goto done;
        }
        most = k > most ? (Py_ssize_t)k : most;
    }
    chosen = malloc((size_t)(2 * n_bins + 3 * most + 8) * sizeof(float));
    if (chosen == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    float *negative = chosen + n_bins, *maxima = negative + n_bins;
    float *peaks = out.buf, *valleys = peaks + n * n_bands;
    for (Py_ssize_t frame = 0; frame < n; frame++)
        for (Py_ssize_t b = 0; b < n_bands; b++) {
            const Py_ssize_t start = (Py_ssize_t)band[3 * b], stop = (Py_ssize_t)band[3 * b + 1];
            const Py_ssize_t width = stop - start, k = (Py_ssize_t)band[3 * b + 2];
            const float *cells = (const float *)power.buf + frame * n_bins + start;
            select_greatest(cells, width, k, chosen, maxima);
            peaks[frame * n_bands + b] = mean_root(chosen, k);
            for (Py_ssize_t i = 0; i < width; i++)
                negative[i] = -cells[i];
            select_greatest(negative, width, k, chosen, maxima);
            for (Py_ssize_t i = 0; i < k; i++) /* the least, in ascending order */
                negative[i] = -chosen[k - 1 - i];
            valleys[frame * n_bands + b] = mean_root(negative, k);
        }
    good = 1;
done:
    free(chosen);
    PyBuffer_Release(&power);
    PyBuffer_Release(&bands);
    PyBuffer_Release(&out);
    return good ? Py_NewRef(Py_None) : NULL;
}

static PyObject *
py_spectral_peaks(PyObject *self, PyObject *args)
{
    Py_buffer power, peaks;
    Py_ssize_t n_bins, first, stop, n_peaks = -1;
    float share;
    double bin_hz;
    if (!PyArg_ParseTuple(args, "y*nnnfdw*", &power, &n_bins, &first, &stop, &share, &bin_hz,
                          &peaks))
        return NULL;
    const Py_ssize_t n = n_bins > 0 ? power.len / 4 / n_bins : 0, room = peaks.len / 8;
    if (!fits(&power, n * n_bins, 4) || !fits(&peaks, 2 * room, 4))
        goto done;
    if (first < 1 || stop >= n_bins || stop < first || room < n * ((stop - first + 1) / 2)) {
        PyErr_SetString(PyExc_ValueError, "bins outside of the spectrum, or no room for the peaks");
        goto done;
    }
    float *frequency = peaks.buf, *height = frequency + room;
    n_peaks = 0;
    for (Py_ssize_t frame = 0; frame < n; frame++)
        n_peaks += peaks_of((const float *)power.buf + frame * n_bins, n_bins, first, stop, share,
                            bin_hz, frequency + n_peaks, height + n_peaks);
done:
    PyBuffer_Release(&power);
    PyBuffer_Release(&peaks);
    return n_peaks < 0 ? NULL : PyLong_FromSsize_t(n_peaks);
}

static PyMethodDef methods[] = {
    {"windowed_frames", py_windowed_frames, METH_VARARGS, NULL},
    {"squared_magnitude", py_squared_magnitude, METH_VARARGS, NULL},
    {"band_extremes", py_band_extremes, METH_VARARGS, NULL},
    {"spectral_peaks", py_spectral_peaks, METH_VARARGS, NULL},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, "_kernels", NULL, 0, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC
PyInit__kernels(void)
{
    return PyModule_Create(&module);
}
