using System.Runtime.CompilerServices;

namespace ChainHealth.Mpc;

/// <summary>Product with truncation, fused (SMPC.md 5). P2 and P3 learn c = z + r, where r = PRF(K01) is uniform, and
/// nothing else; then z shifted = (c shifted) - (r shifted), each a joint input. 8 elements, 2 exchanges. The error is
/// at most one unit in the last place, except with probability |z| / 2^64, when c wraps.</summary>
internal sealed class Truncation
{
    private readonly MpcSession _session;
    private readonly int _words;
    private readonly int _by;

    // The learners are P2 and P3, or, where P0 or P1 is absent, P0 and P1: of three parties only one learns c, so
    // nobody can tell two honest parties different things.
    private readonly int _turn;

    // Which pair's summand travels to which learner. The pair of the learners, and those of the receiver, stay local.
    private readonly int[] _travels;

    // Masks: r under K01; a, b under K2 hide the summands on their way to P2; a', b' under K3 those to P3.
    private readonly ulong _r;
    private readonly ulong[] _hide = new ulong[4];

    private Truncation(MpcSession session, int words, int by)
    {
        _session = session;
        _words = words;
        _by = by;
        _turn = session.Seats.Absent is 0 or 1 ? 2 : 0;
        int Pair(int a, int b) => Pairs.Of(a ^ _turn, b ^ _turn);
        _travels = [Pair(0, 1), Pair(0, 3), Pair(1, 3), Pair(0, 1), Pair(0, 2), Pair(1, 2)];
        _r = session.NextOperation();
        for (int i = 0; i < _hide.Length; i++)
        {
            _hide[i] = session.NextOperation();
        }
    }

    /// <param name="by">Bits to drop.</param>
    /// <param name="source">Disposed when the terms are written, before the messages travel.</param>
    public static async ValueTask<ShareVector> RunAsync<T>(MpcSession session, T terms, int words, int by,
        CancellationToken cancellation, IDisposable? source = null)
        where T : struct, IPairTerms
    {
        var truncation = new Truncation(session, words, by);
        RingBuffer? masked = null;
        using (var exchange = Exchange.Open(session))
        {
            int[] segments = truncation.AddSegments(exchange);
            await exchange.PrepareAsync();
            masked = truncation.Learns(session.Party) ? session.Pool.Rent(words) : null;
            truncation.Provide(exchange, segments, terms, masked);
            source?.Dispose();
            await exchange.RunAsync(cancellation);
            masked ??= session.Pool.Rent(words);
            truncation.Receive(exchange, segments, masked);
        }

        return await truncation.ShareShiftedAsync(masked, cancellation);
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

    private bool Learns(int party) => (party ^ _turn) >= 2;

    private int ReceiverOf(int segment) => (segment < 3 ? 2 : 3) ^ _turn;

    private int[] AddSegments(Exchange exchange) =>
        [.. _travels.Select((pair, i) => exchange.Add(Roles(pair, ReceiverOf(i), exchange.IsTurned), _words))];

    [SkipLocalsInit]
    private unsafe void Provide<T>(Exchange exchange, int[] segments, T terms, RingBuffer? masked)
        where T : struct, IPairTerms
    {
        int me = _session.Party;
        ulong* summand = stackalloc ulong[JointInput.Stretch];
        ulong* mask = stackalloc ulong[JointInput.Stretch];
        for (int start = 0; start < _words; start += JointInput.Stretch)
        {
            int count = Math.Min(JointInput.Stretch, _words - start);
            if (masked is not null)
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
                if (masked is not null)
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
            if (_travels[i] != pair)
            {
                continue;
            }

            ulong* message = exchange.Values(segments[i]) + start;
            new Span<ulong>(summand, count).CopyTo(new Span<ulong>(message, count));
            AesCtr stream = _session.Keys.Share(ReceiverOf(i));
            ulong first = _hide[i / 3 * 2], second = _hide[(i / 3 * 2) + 1];
            if (i % 3 == 0)
            {
                _session.Keys.Pair(_session.Party ^ 1).Fill(_r, start, mask, count);
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
            if (_session.Party == ReceiverOf(i))
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
        _session.Pool.Return(masked);
        return result;
    }

    /// <summary>The learners put in c shifted, the other two minus r shifted.</summary>
    private unsafe void PrepareShifted(RingBuffer masked)
    {
        ulong* words = masked.Pointer;
        bool knowsMask = !Learns(_session.Party);
        if (knowsMask)
        {
            _session.Keys.Pair(_session.Party ^ 1).Fill(_r, 0, words, _words);
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
