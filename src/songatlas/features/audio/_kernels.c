/* The loops of the frame features for which numpy has no fast call, in plain C.
 *
 * Each function gives, bit for bit, what its numpy counterpart in mono.py, level.py, spectrum.py,
 * contrast.py and tuning.py gives, and tests hold it to that; where this file was not compiled,
 * those are used. Arrays come as C-contiguous buffers whose sizes the caller has made to fit; what can be checked
 * of that is. Build without contraction of products and sums (-ffp-contract=off), or bits differ.
 */
#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* Also compiled for wider registers, which the loader takes where the processor has them. */
#if defined(__GNUC__) && !defined(__clang__) && defined(__x86_64__) && defined(__GLIBC__)
#define WIDER __attribute__((target_clones("avx2", "default")))
#else
#define WIDER
#endif

#define MOST_RANKED 32 /* numbers whose order is found by counting ranks */

static int
fits(const Py_buffer *view, Py_ssize_t n_items, Py_ssize_t itemsize)
{
    if (view->len == n_items * itemsize && view->itemsize == itemsize)
        return 1;
    PyErr_SetString(PyExc_ValueError, "a buffer has another size or type than its shape needs");
    return 0;
}

/* average(block f4 (n, n_channels), n_channels, mono f4 (n,)) */
WIDER static void
average_all(const float *restrict block, Py_ssize_t n, Py_ssize_t n_channels,
            float *restrict mono)
{
    if (n_channels == 2) {
        for (Py_ssize_t i = 0; i < n; i++)
            mono[i] = (block[2 * i] + block[2 * i + 1]) / 2.0f;
        return;
    }
    for (Py_ssize_t i = 0; i < n; i++) {
        float sum = block[i * n_channels];
        for (Py_ssize_t channel = 1; channel < n_channels; channel++)
            sum += block[i * n_channels + channel];
        mono[i] = sum / (float)n_channels;
    }
}

/* ends(samples f4) -> least and greatest; NaN, both, if one of the n >= 1 is not a number
 *
 * A loop for each question: compilers make registers of them, which they do not of one for all.
 */
WIDER static void
ends_of_all(const float *samples, Py_ssize_t n, float *least, float *greatest)
{
    float low[32], high[32];
    int odd = 0; /* is there one that is not a number? */
    Py_ssize_t i;
    for (int j = 0; j < 32; j++)
        low[j] = high[j] = samples[0];
    for (i = 0; i + 32 <= n; i += 32) {
        const float *some = samples + i;
        for (int j = 0; j < 32; j++)
            low[j] = some[j] < low[j] ? some[j] : low[j];
        for (int j = 0; j < 32; j++)
            high[j] = some[j] > high[j] ? some[j] : high[j];
        for (int j = 0; j < 32; j++)
            odd |= some[j] != some[j];
    }
    for (; i < n; i++) {
        low[0] = samples[i] < low[0] ? samples[i] : low[0];
        high[0] = samples[i] > high[0] ? samples[i] : high[0];
        odd |= samples[i] != samples[i];
    }
    for (int j = 1; j < 32; j++) {
        low[0] = low[j] < low[0] ? low[j] : low[0];
        high[0] = high[j] > high[0] ? high[j] : high[0];
    }
    *least = odd ? NAN : low[0];
    *greatest = odd ? NAN : high[0];
}

/* power(samples f4, window f8 (n_fft), turns c16 (n_fft / 2 + 1), hop, out f4)
 *
 * `turns` are cos + i sin of one turn's n_fft steps; n_fft is a power of two.
 */
#define MOST_LANES 4
#ifdef __GNUC__
#define LANES 2
#else
#define LANES 1
#endif
#define TARGET
#define NAMED(name) name##_narrow
#include "_power.h"

#if defined(__GNUC__) && defined(__x86_64__)
#define LANES 4
#define TARGET __attribute__((target("avx2")))
#define NAMED(name) name##_wide
#include "_power.h"
#endif

static void
power_of_all(const float *samples, const double *window, const double *turns, Py_ssize_t n_fft,
             Py_ssize_t hop, Py_ssize_t n_frames, void *room, float *out)
{
#if defined(__GNUC__) && defined(__x86_64__)
    if (__builtin_cpu_supports("avx2")) {
        power_of_all_wide(samples, window, turns, n_fft, hop, n_frames, room, out);
        return;
    }
#endif
    power_of_all_narrow(samples, window, turns, n_fft, hop, n_frames, room, out);
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

WIDER static float
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

/* Least and greatest cell of each group; cells i, i + n_groups, i + 2 n_groups … form a group. */
WIDER static void
ends_of_groups(const float *restrict cells, Py_ssize_t n, Py_ssize_t n_groups,
               float *restrict least, float *restrict greatest)
{
    for (Py_ssize_t first = 0; first < n_groups; first += 8) {
        float low[8], high[8];
        Py_ssize_t i;
        memcpy(low, cells + first, sizeof low);
        memcpy(high, cells + first, sizeof high);
        for (i = first + n_groups; i + 8 <= n; i += n_groups)
            for (int j = 0; j < 8; j++) {
                low[j] = cells[i + j] < low[j] ? cells[i + j] : low[j];
                high[j] = cells[i + j] > high[j] ? cells[i + j] : high[j];
            }
        for (int j = 0; i + j < n; j++) {
            low[j] = cells[i + j] < low[j] ? cells[i + j] : low[j];
            high[j] = cells[i + j] > high[j] ? cells[i + j] : high[j];
        }
        memcpy(least + first, low, sizeof low);
        memcpy(greatest + first, high, sizeof high);
    }
}

/* The k-th greatest of n values, a multiple of 8, or one equal to it; n >= k. */
WIDER static float
kth_greatest(const float *values, Py_ssize_t n, Py_ssize_t k)
{
    float lowest[8];
    for (int j = 0; j < 8; j++)
        lowest[j] = INFINITY;
    for (Py_ssize_t first = 0; first < n; first += 8) {
        int n_greater[8] = {0};
        for (Py_ssize_t i = 0; i < n; i++)
            for (int j = 0; j < 8; j++)
                n_greater[j] += values[i] > values[first + j];
        for (int j = 0; j < 8; j++) {
            const float value = n_greater[j] < (int)k ? values[first + j] : INFINITY;
            lowest[j] = value < lowest[j] ? value : lowest[j];
        }
    }
    for (int j = 1; j < 8; j++)
        lowest[0] = lowest[j] < lowest[0] ? lowest[j] : lowest[0];
    return lowest[0];
}

/* Sort n numbers in place: by counting ranks where they are few, as a processor guesses the
 * branches of a sort wrong. */
WIDER static void
sort_few(float *values, Py_ssize_t n)
{
    if (n > MOST_RANKED) {
        for (Py_ssize_t i = 1; i < n; i++) {
            const float value = values[i];
            Py_ssize_t j = i;
            for (; j > 0 && values[j - 1] > value; j--)
                values[j] = values[j - 1];
            values[j] = value;
        }
        return;
    }
    float copy[MOST_RANKED] = {0};
    memcpy(copy, values, (size_t)n * sizeof(float));
    for (Py_ssize_t first = 0; first < n; first += 8) {
        int rank[8] = {0};
        for (Py_ssize_t i = 0; i < n; i++)
            for (int j = 0; j < 8; j++)
                rank[j] += (copy[i] < copy[first + j]) |
                           ((copy[i] == copy[first + j]) & ((int)i < (int)first + j));
        for (int j = 0; j < 8 && first + j < n; j++)
            values[rank[j]] = copy[first + j];
    }
}

/* The k greatest of n cells times `sign`, 1 or -1, to the front of `chosen`, in ascending order.
 *
 * They lie in the k groups whose greatest cells, `ends`, are greatest, so that few cells are looked
 * at twice. There is room for n in `chosen`; without groups (0) all cells are sorted.
 */
static void
select_greatest(const float *restrict cells, Py_ssize_t n, Py_ssize_t k, float sign,
                const float *restrict ends, Py_ssize_t n_groups, float *restrict chosen)
{
    Py_ssize_t n_chosen = 0;
    const float bound = n_groups ? kth_greatest(ends, n_groups, k) : -INFINITY;
    const Py_ssize_t stride = n_groups ? n_groups : 1;
    for (Py_ssize_t group = 0; group < stride; group++)
        if (n_groups == 0 || ends[group] >= bound)
            for (Py_ssize_t i = group; i < n; i += stride) {
                const float cell = sign * cells[i];
                chosen[n_chosen] = cell;
                n_chosen += cell >= bound;
            }
    sort_few(chosen, n_chosen);
    memmove(chosen, chosen + n_chosen - k, (size_t)k * sizeof(float));
}

/* Mean magnitude of the k strongest and of the k weakest of n cells of power.
 *
 * `room` is for 2 n + 2 (2 k + 8) numbers.
 */
static void
extremes_of(const float *cells, Py_ssize_t n, Py_ssize_t k, float *room, float *peak,
            float *valley)
{
    Py_ssize_t n_groups = k == 1 ? 8 : 8 * ((2 * k + 7) / 8);
    float *least = room, *greatest = least + n_groups, *chosen = greatest + n_groups;
    if (n < n_groups)
        n_groups = 0; /* too few for groups */
    else
        ends_of_groups(cells, n, n_groups, least, greatest);
    if (k == 1 && n_groups) {
        for (int j = 1; j < 8; j++) {
            least[0] = least[j] < least[0] ? least[j] : least[0];
            greatest[0] = greatest[j] > greatest[0] ? greatest[j] : greatest[0];
        }
        *peak = sqrtf(greatest[0]);
        *valley = sqrtf(least[0]);
        return;
    }
    select_greatest(cells, n, k, 1.0f, greatest, n_groups, chosen);
    *peak = mean_root(chosen, k);
    for (Py_ssize_t j = 0; j < n_groups; j++)
        least[j] = -least[j];
    select_greatest(cells, n, k, -1.0f, least, n_groups, chosen);
    for (Py_ssize_t i = 0; i < k; i++) /* the least, in ascending order */
        chosen[k + i] = -chosen[k - 1 - i];
    *valley = mean_root(chosen + k, k);
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
py_average(PyObject *self, PyObject *args)
{
    Py_buffer block, mono;
    Py_ssize_t n_channels;
    if (!PyArg_ParseTuple(args, "y*nw*", &block, &n_channels, &mono))
        return NULL;
    const Py_ssize_t n = mono.len / 4;
    const int good = n_channels > 0 && fits(&mono, n, 4) && fits(&block, n * n_channels, 4);
    if (good)
        average_all(block.buf, n, n_channels, mono.buf);
    else if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "the number of channels must be at least 1");
    PyBuffer_Release(&block);
    PyBuffer_Release(&mono);
    return good ? Py_NewRef(Py_None) : NULL;
}

static PyObject *
py_ends(PyObject *self, PyObject *args)
{
    Py_buffer samples;
    float low = 0.0f, high = 0.0f;
    if (!PyArg_ParseTuple(args, "y*", &samples))
        return NULL;
    const Py_ssize_t n = samples.len / 4;
    const int good = n > 0 && fits(&samples, n, 4);
    if (good)
        ends_of_all(samples.buf, n, &low, &high);
    else if (!PyErr_Occurred())
        PyErr_SetString(PyExc_ValueError, "the number of samples must be at least 1");
    PyBuffer_Release(&samples);
    return good ? Py_BuildValue("ff", low, high) : NULL;
}

static PyObject *
py_power(PyObject *self, PyObject *args)
{
    Py_buffer samples, window, turns, out;
    Py_ssize_t hop;
    void *room = NULL;
    int good = 0;
    if (!PyArg_ParseTuple(args, "y*y*y*nw*", &samples, &window, &turns, &hop, &out))
        return NULL;
    const Py_ssize_t n_fft = window.len / 8, n = out.len / 4 / (n_fft / 2 + 1);
    if (hop < 1 || n < 1 || n_fft < 8 || (n_fft & (n_fft - 1)) != 0) {
        PyErr_SetString(PyExc_ValueError, "hop and number of frames must be at least 1, and the "
                                          "length of the window a power of two from 8 on");
        goto done;
    }
    if (!fits(&window, n_fft, 8) || !fits(&turns, n_fft / 2 + 1, 16) ||
        !fits(&samples, (n - 1) * hop + n_fft, 4) || !fits(&out, n * (n_fft / 2 + 1), 4))
        goto done;
    room = malloc((size_t)(2 * n_fft * MOST_LANES * 8 + 32));
    if (room == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    void *aligned = (void *)(((uintptr_t)room + 31) / 32 * 32);
    power_of_all(samples.buf, window.buf, turns.buf, n_fft, hop, n, aligned, out.buf);
    good = 1;
done:
    free(room);
    PyBuffer_Release(&samples);
    PyBuffer_Release(&window);
    PyBuffer_Release(&turns);
    PyBuffer_Release(&out);
    return good ? Py_NewRef(Py_None) : NULL;
}

static PyObject *
py_band_extremes(PyObject *self, PyObject *args)
{
    Py_buffer power, bands, out;
    Py_ssize_t n_bins;
    float *room = NULL;
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
    room = malloc((size_t)(2 * n_bins + 4 * most + 16) * sizeof(float));
    if (room == NULL) {
        PyErr_NoMemory();
        goto done;
    }
    float *peaks = out.buf, *valleys = peaks + n * n_bands;
    for (Py_ssize_t frame = 0; frame < n; frame++)
        for (Py_ssize_t b = 0; b < n_bands; b++) {
            const Py_ssize_t start = (Py_ssize_t)band[3 * b], stop = (Py_ssize_t)band[3 * b + 1];
            const float *cells = (const float *)power.buf + frame * n_bins + start;
            extremes_of(cells, stop - start, (Py_ssize_t)band[3 * b + 2], room,
                        peaks + frame * n_bands + b, valleys + frame * n_bands + b);
        }
    good = 1;
done:
    free(room);
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
    {"average", py_average, METH_VARARGS, NULL},
    {"ends", py_ends, METH_VARARGS, NULL},
    {"power", py_power, METH_VARARGS, NULL},
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
