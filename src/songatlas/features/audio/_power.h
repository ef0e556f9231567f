/* Power spectra of LANES overlapping frames at a time, one in each lane of a register.
 *
 * Included by _kernels.c once for every width of registers, with LANES, TARGET (an attribute) and
 * NAMED (a suffix for names) defined; undefines them.
 *
 * A real transform of n = 2^p samples is built up from those of its parts, every fourth sample of
 * a part making a smaller part (decimation in time, radix 4; Cooley & Tukey 1965, real sequences
 * as Swarztrauber 1982). A spectrum of a part of m samples is packed into m numbers: the real
 * first bin, real and imaginary part of the next ones, the real last bin if m is even. Sums and
 * products are made in the order in which numpy makes them, so that bits are the same (where
 * numpy was built without contraction of products and sums, as it is for x86-64).
 */
#define HALF_ROOT 0.70710678118654752440
#if LANES == 1
typedef double NAMED(Lanes);
#else
typedef double NAMED(Lanes) __attribute__((vector_size(8 * LANES)));
#endif

/* Parts of m samples, n_parts of them, to a quarter as many of 4 m. `turns` has cosine and sine of
 * one turn's n_parts * m steps. */
TARGET static void
NAMED(join_four)(const NAMED(Lanes) *restrict in, Py_ssize_t n_parts, Py_ssize_t m,
                 const double *turns, NAMED(Lanes) *restrict out)
{
    const Py_ssize_t n_joined = n_parts / 4;
    for (Py_ssize_t joined = 0; joined < n_joined; joined++) {
        const NAMED(Lanes) *a = in + joined * m, *b = a + n_joined * m, *c = b + n_joined * m,
                           *d = c + n_joined * m;
        NAMED(Lanes) *to = out + joined * 4 * m;
        const NAMED(Lanes) even = a[0] + c[0], odd = b[0] + d[0];
        to[0] = even + odd;
        to[2 * m - 1] = a[0] - c[0];
        to[2 * m] = d[0] - b[0];
        to[4 * m - 1] = even - odd;
        if (m == 1)
            continue;
        for (Py_ssize_t i = 1; i < m - 1; i += 2) { /* a bin's real part; the imaginary follows */
            const Py_ssize_t step = n_joined * (i + 1); /* of cosine and sine, which take two */
            const double *turn = turns + step, *twice = turn + step, *thrice = twice + step;
            const NAMED(Lanes) b_re = turn[0] * b[i] + turn[1] * b[i + 1];
            const NAMED(Lanes) b_im = turn[0] * b[i + 1] - turn[1] * b[i];
            const NAMED(Lanes) c_re = twice[0] * c[i] + twice[1] * c[i + 1];
            const NAMED(Lanes) c_im = twice[0] * c[i + 1] - twice[1] * c[i];
            const NAMED(Lanes) d_re = thrice[0] * d[i] + thrice[1] * d[i + 1];
            const NAMED(Lanes) d_im = thrice[0] * d[i + 1] - thrice[1] * d[i];
            const NAMED(Lanes) sum_re = a[i] + c_re, sum_im = a[i + 1] + c_im;
            const NAMED(Lanes) rest_re = a[i] - c_re, rest_im = a[i + 1] - c_im;
            const NAMED(Lanes) odd_re = b_re + d_re, odd_im = b_im + d_im;
            const NAMED(Lanes) turned_re = b_im - d_im, turned_im = d_re - b_re;
            NAMED(Lanes) *up = to + i, *down = to + 2 * m - i - 2;
            up[0] = sum_re + odd_re;
            up[1] = sum_im + odd_im;
            up[2 * m] = rest_re + turned_re;
            up[2 * m + 1] = rest_im + turned_im;
            down[0] = rest_re - turned_re;
            down[1] = turned_im - rest_im;
            down[2 * m] = sum_re - odd_re;
            down[2 * m + 1] = odd_im - sum_im;
        }
        const NAMED(Lanes) re = HALF_ROOT * (b[m - 1] - d[m - 1]);
        const NAMED(Lanes) im = -HALF_ROOT * (b[m - 1] + d[m - 1]);
        to[m - 1] = a[m - 1] + re;
        to[m] = im - c[m - 1];
        to[3 * m - 1] = a[m - 1] - re;
        to[3 * m] = im + c[m - 1];
    }
}

/* Squared magnitudes, (n / 2 + 1), of a packed spectrum of n samples. */
TARGET static void
NAMED(square)(const NAMED(Lanes) *restrict in, Py_ssize_t n, NAMED(Lanes) *restrict out)
{
    out[0] = in[0] * in[0];
    out[n / 2] = in[n - 1] * in[n - 1];
    for (Py_ssize_t i = 1; i < n / 2; i++)
        out[i] = in[2 * i - 1] * in[2 * i - 1] + in[2 * i] * in[2 * i];
}

/* The same of two packed spectra of m samples each, which are joined on the way. */
TARGET static void
NAMED(join_two_and_square)(const NAMED(Lanes) *restrict in, Py_ssize_t m, const double *turns,
                           NAMED(Lanes) *restrict out)
{
    const NAMED(Lanes) *a = in, *b = in + m;
    out[0] = (a[0] + b[0]) * (a[0] + b[0]);
    out[m] = (a[0] - b[0]) * (a[0] - b[0]);
    out[m / 2] = a[m - 1] * a[m - 1] + b[m - 1] * b[m - 1];
    for (Py_ssize_t i = 1; i < m - 1; i += 2) {
        const double *turn = turns + i + 1;
        const NAMED(Lanes) b_re = turn[0] * b[i] + turn[1] * b[i + 1];
        const NAMED(Lanes) b_im = turn[0] * b[i + 1] - turn[1] * b[i];
        const NAMED(Lanes) up_re = a[i] + b_re, up_im = a[i + 1] + b_im;
        const NAMED(Lanes) down_re = a[i] - b_re, down_im = b_im - a[i + 1];
        out[(i + 1) / 2] = up_re * up_re + up_im * up_im;
        out[m - (i + 1) / 2] = down_re * down_re + down_im * down_im;
    }
}

/* Squared magnitudes (n_frames, n_fft / 2 + 1); `room` is for 2 n_fft numbers in each lane. */
TARGET static void
NAMED(power_of_all)(const float *samples, const double *window, const double *turns,
                    Py_ssize_t n_fft, Py_ssize_t hop, Py_ssize_t n_frames, void *room, float *out)
{
    const Py_ssize_t n_bins = n_fft / 2 + 1;
    for (Py_ssize_t frame = 0; frame < n_frames; frame += LANES) {
        const float *from[LANES];
        float *to[LANES];
        for (int j = 0; j < LANES; j++) { /* lanes beyond the last frame repeat it */
            const Py_ssize_t chosen = frame + j < n_frames ? frame + j : n_frames - 1;
            from[j] = samples + chosen * hop;
            to[j] = out + chosen * n_bins;
        }
        NAMED(Lanes) *now = room, *next = now + n_fft;
        for (Py_ssize_t i = 0; i < n_fft; i++)
            for (int j = 0; j < LANES; j++)
                ((double *)(now + i))[j] = (double)from[j][i] * window[i];
        Py_ssize_t n_parts = n_fft;
        for (; n_parts >= 4; n_parts /= 4) {
            NAMED(Lanes) *const joined = next;
            NAMED(join_four)(now, n_parts, n_fft / n_parts, turns, joined);
            next = now;
            now = joined;
        }
        if (n_parts == 2)
            NAMED(join_two_and_square)(now, n_fft / 2, turns, next);
        else
            NAMED(square)(now, n_fft, next);
        for (Py_ssize_t i = 0; i < n_bins; i++)
            for (int j = 0; j < LANES; j++)
                to[j][i] = (float)((const double *)(next + i))[j];
    }
}

#undef HALF_ROOT
#undef LANES
#undef TARGET
#undef NAMED
