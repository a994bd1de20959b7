using System.Runtime.CompilerServices;

namespace ChainHealth.Mpc;

/// <summary>Product with truncation, fused (SMPC.md 5). P2 and P3 learn c = z + r, where r = PRF(K01) is uniform, and
/// nothing else; then z shifted = (c shifted) - (r shifted), each a joint input. 8 elements, 2 exchanges. The error is
/// at most one unit in the last place, except with probability |z| / 2^64, when c wraps.</summary>
internal sealed class Truncation
{
    // Which pair's summand travels to P2 and to P3. The pairs {2,3}, and those of the receiver itself, stay local.
    private static readonly int[] ToTwo = [Pairs.Of(0, 1), Pairs.Of(0, 3), Pairs.Of(1, 3)];
    private static readonly int[] ToThree = [Pairs.Of(0, 1), Pairs.Of(0, 2), Pairs.Of(1, 2)];

    private readonly MpcSession _session;
    private readonly int _words;
    private readonly int _by;

    // Masks: r under K01; a, b under K2 hide the summands on their way to P2; a', b' under K3 those to P3.
    private readonly ulong _r;
    private readonly ulong[] _hide = new ulong[4];

    private Truncation(MpcSession session, int words, int by)
    {
        _session = session;
        _words = words;
        _by = by;
        _r = session.NextOperation();
        for (int i = 0; i < _hide.Length; i++)
        {
            _hide[i] = session.NextOperation();
        }
    }

    /// <param name="by">Bits to drop.</param>
    public static async ValueTask<ShareVector> RunAsync<T>(
        MpcSession session, T terms, int words, int by, CancellationToken cancellation)
        where T : struct, IPairTerms
    {
        var truncation = new Truncation(session, words, by);
        RingBuffer masked = session.Pool.Rent(words);
        using (var exchange = new Exchange(session))
        {
            int[] segments = truncation.AddSegments(exchange);
            exchange.Prepare();
            truncation.Provide(exchange, segments, terms, masked);
            await exchange.RunAsync(cancellation);
            truncation.Receive(exchange, segments, masked);
        }

        ShareVector result = await truncation.ShareShiftedAsync(masked, cancellation);
        session.Pool.Return(masked);
        return result;
    }

    /// <summary>Truncates a vector that is already shared: x2 + x3 is the summand of {0, 1}, x0 + x1 of {2, 3}.
    /// </summary>
    public static ValueTask<ShareVector> RunAsync(
        MpcSession session, ShareVector x, int by, CancellationToken cancellation) =>
        RunAsync(session, new SharedTerms(x), x.Length, by, cancellation);

    private static PairRoles Roles(int pair, int receiver, bool turned)
    {
        PairRoles roles = Pairs.Roles(pair, turned);
        (int i, int j) = Pairs.Complement(pair);
        return roles with { Receiver = receiver, Outsider = i + j - receiver };
    }

    private int[] AddSegments(Exchange exchange) =>
    [
        .. ToTwo.Select(pair => exchange.Add(Roles(pair, 2, exchange.IsTurned), _words)),
        .. ToThree.Select(pair => exchange.Add(Roles(pair, 3, exchange.IsTurned), _words)),
    ];

    [SkipLocalsInit]
    private unsafe void Provide<T>(Exchange exchange, int[] segments, T terms, RingBuffer masked)
        where T : struct, IPairTerms
    {
        int me = _session.Party;
        ulong* summand = stackalloc ulong[JointInput.Stretch];
        ulong* mask = stackalloc ulong[JointInput.Stretch];
        for (int start = 0; start < _words; start += JointInput.Stretch)
        {
            int count = Math.Min(JointInput.Stretch, _words - start);
            if (me >= 2)
            {
                new Span<ulong>(masked.Pointer + start, count).Clear();
            }

            for (int pair = 0; pair < Pairs.Count; pair++)
            {
                if (!Pairs.Contains(pair, me))
                {
                    continue;
                }

                terms.Write(pair, start, count, summand);
                if (me >= 2)
                {
                    RingWords.Accumulate(masked.Pointer + start, summand, count, bits: false);
                }

                WriteMessages(exchange, segments, pair, start, count, summand, mask);
            }
        }
    }

    private unsafe void WriteMessages(
        Exchange exchange, int[] segments, int pair, int start, int count, ulong* summand, ulong* mask)
    {
        for (int i = 0; i < segments.Length; i++)
        {
            int receiver = i < 3 ? 2 : 3;
            if ((i < 3 ? ToTwo[i] : ToThree[i - 3]) != pair)
            {
                continue;
            }

            ulong* message = exchange.Values(segments[i]) + start;
            new Span<ulong>(summand, count).CopyTo(new Span<ulong>(message, count));
            AesCtr stream = _session.Keys.Share(receiver);
            ulong first = _hide[(receiver - 2) * 2], second = _hide[((receiver - 2) * 2) + 1];
            if (i % 3 == 0)
            {
                _session.Keys.Pair(1 - _session.Party).Fill(_r, start, mask, count);
                RingWords.Accumulate(message, mask, count, bits: false);
                stream.Fill(first, start, mask, count);
                RingWords.Subtract(message, mask, count);
                stream.Fill(second, start, mask, count);
                RingWords.Subtract(message, mask, count);
            }
            else
            {
                stream.Fill(i % 3 == 1 ? first : second, start, mask, count);
                RingWords.Accumulate(message, mask, count, bits: false);
            }
        }
    }

    private unsafe void Receive(Exchange exchange, int[] segments, RingBuffer masked)
    {
        for (int i = 0; i < segments.Length; i++)
        {
            if (_session.Party == (i < 3 ? 2 : 3))
            {
                RingWords.Accumulate(masked.Pointer, exchange.Values(segments[i]), _words, bits: false);
            }
        }
    }

    private async ValueTask<ShareVector> ShareShiftedAsync(RingBuffer masked, CancellationToken cancellation)
    {
        PrepareShifted(masked);
        ShareVector result = _session.NewVector(_words);
        await JointSharing.RunAsync(_session, masked, result, bits: false, cancellation);
        return result;
    }

    /// <summary>P2 and P3 put in c shifted, P0 and P1 minus r shifted.</summary>
    private unsafe void PrepareShifted(RingBuffer masked)
    {
        ulong* words = masked.Pointer;
        bool knowsMask = _session.Party < 2;
        if (knowsMask)
        {
            _session.Keys.Pair(1 - _session.Party).Fill(_r, 0, words, _words);
        }

        RingWords.ShiftRight(words, _words, _by, negate: knowsMask);
    }
}

internal readonly unsafe struct SharedTerms(ShareVector x) : IPairTerms
{
    private readonly ShareVector _x = x;

    public void Write(int pair, int start, int count, ulong* destination)
    {
        if (pair is not (0 or 5))
        {
            new Span<ulong>(destination, count).Clear();
            return;
        }

        (int i, int j) = Pairs.Complement(pair);
        RingWords.Sum(_x[i] + start, _x[j] + start, destination, count);
    }
}
