using System.Runtime.CompilerServices;

namespace ChainHealth.Mpc;

/// <summary>Products of a shared bit and a shared number (SMPC.md 7). With u = s2^s3, al = d2+d3 known to {0,1} and
/// w = s0^s1, be = d0+d1 known to {2,3}: s*d = u*al + w*be + u(1-2w)be + w(1-2u)al. Four joint inputs, then six
/// summands: 10 elements, 2 exchanges; with truncation 12 elements, 3.
/// Each pair puts in its bit ("turner") and its turned sum (1-2u)al. Of their shares a party stores only what it
/// received: the others follow from what it knows and a pseudorandom stream, which costs less than memory.</summary>
internal sealed class Selection : IDisposable
{
    private static readonly int[] InputPairs = [0, 5];

    private readonly MpcSession _session;
    private RingBuffer? _bits;
    private readonly PairSum _sum;

    // (value, pair): the bit and the turned sum of the low pair {0, 1} and of the high one {2, 3}.
    private readonly JointInput[] _inputs = new JointInput[4];
    private readonly RingBuffer?[] _received = new RingBuffer?[2];

    private Selection(MpcSession session, ShareVector bits, PairSum numbers)
    {
        _session = session;
        _sum = numbers;
        _bits = session.Pool.Rent(bits.Length);
        (int i, int j) = PairSum.SharesAt(session.Party);
        Combine(bits, i, j);
    }

    public int Length => _sum.Length;

    private int OwnPair => _session.Party < 2 ? 0 : 1;

    /// <summary>The first exchange: 4 elements.</summary>
    /// <param name="bits">Exclusive-or shares, 64 to a word.</param>
    /// <param name="numbers">Taken over.</param>
    public static async ValueTask<Selection> BeginAsync(
        MpcSession session, ShareVector bits, PairSum numbers, CancellationToken cancellation)
    {
        var selection = new Selection(session, bits, numbers);
        using var exchange = Exchange.Open(session);
        for (int i = 0; i < selection._inputs.Length; i++)
        {
            selection._inputs[i] = JointInput.Add(session, exchange, InputPairs[i % 2], numbers.Length);
        }

        await exchange.PrepareAsync();
        selection.Provide(exchange);
        await exchange.RunAsync(cancellation);
        selection.Receive(exchange);
        return selection;
    }

    /// <summary>bit * number.</summary>
    public static ValueTask<ShareVector> RunAsync(
        MpcSession session, ShareVector bits, PairSum numbers, CancellationToken cancellation) =>
        RunAsync(session, bits, numbers, default(NoAddend), cancellation);

    /// <summary>bit * number + addend.</summary>
    public static async ValueTask<ShareVector> RunAsync<T>(
        MpcSession session, ShareVector bits, PairSum numbers, T addend, CancellationToken cancellation)
        where T : struct, IAddend
    {
        using Selection selection = await BeginAsync(session, bits, numbers, cancellation);
        Products products = await Products.BeginAsync(session, selection.Length);
        return await products.FinishAsync(selection.Terms(), addend, bits: false, cancellation, selection);
    }

    /// <summary>bit * number, dropping <paramref name="by"/> low bits.</summary>
    public static async ValueTask<ShareVector> RunTruncatedAsync(
        MpcSession session, ShareVector bits, PairSum numbers, int by, CancellationToken cancellation)
    {
        using Selection selection = await BeginAsync(session, bits, numbers, cancellation);
        return await Truncation.RunAsync(
            session, selection.Terms(), selection.Length, by, cancellation, selection);
    }

    public SelectionTerms Terms() => new(this);

    public void Dispose()
    {
        if (_bits is null)
        {
            return;
        }

        _session.Pool.Return(_bits);
        _bits = null;
        _sum.Dispose();
        for (int i = 0; i < _received.Length; i++)
        {
            if (_received[i] is { } buffer)
            {
                _session.Pool.Return(buffer);
                _received[i] = null;
            }
        }
    }

    /// <summary>This pair's u*al, or w*be.</summary>
    [SkipLocalsInit]
    public unsafe void Gate(int start, int count, ulong* destination)
    {
        ulong* bit = stackalloc ulong[SelectionTerms.Scratch];
        int lead = start % BitPlanes.ExpandGrain;
        BitPlanes.Expand(_bits!.Pointer, start - lead, bit, count + lead);
        RingWords.Gate(bit + lead, _sum.Pointer + start, destination, count);
    }

    /// <summary>Words of share <paramref name="j"/> of the turners (0) or the turned sums (1) that this party knows.
    /// </summary>
    /// <param name="scratch">Of <see cref="SelectionTerms.Scratch"/> words; where they lie, unless they are stored.
    /// </param>
    [SkipLocalsInit]
    public unsafe ulong* Share(int value, int j, int start, int count, ulong* scratch)
    {
        int lead = start % BitPlanes.ExpandGrain;
        (start, count) = (start - lead, count + lead);
        JointInput input = _inputs[(2 * value) + (j >= 2 ? 0 : 1)];
        if (j == input.Roles.Receiver)
        {
            _session.Keys.Share(j).Fill(input.Operation, start, scratch, count);
        }
        else if (_received[value] is { } received && _session.Party == input.Roles.Receiver)
        {
            return received.Pointer + start + lead;
        }
        else
        {
            ulong* mask = stackalloc ulong[SelectionTerms.Scratch];
            Own(value, start, count, scratch);
            _session.Keys.Share(input.Roles.Receiver).Fill(input.Operation, start, mask, count);
            RingWords.Subtract(scratch, mask, count);
        }

        return scratch + lead;
    }

    private unsafe void Combine(ShareVector bits, int i, int j)
    {
        bits.Plane(i).CopyTo(_bits!.Words(bits.Length));
        RingWords.Accumulate(_bits.Pointer, bits[j], bits.Length, bits: true);
    }

    /// <summary>What this pair puts in: bits as words, or sums of which those with a bit are negated.</summary>
    /// <param name="start">A multiple of <see cref="BitPlanes.ExpandGrain"/>.</param>
    private unsafe void Own(int value, int start, int count, ulong* destination)
    {
        BitPlanes.Expand(_bits!.Pointer, start, destination, count);
        if (value == 1)
        {
            RingWords.Turn(destination, _sum.Pointer + start, destination, count);
        }
    }

    [SkipLocalsInit]
    private unsafe void Provide(Exchange exchange)
    {
        ulong* mask = stackalloc ulong[JointInput.Stretch];
        for (int start = 0; start < Length; start += JointInput.Stretch)
        {
            int count = Math.Min(JointInput.Stretch, Length - start);
            for (int value = 0; value < 2; value++)
            {
                JointInput input = _inputs[(2 * value) + OwnPair];
                ulong* message = exchange.Values(input.Segment) + start;
                Own(value, start, count, message);
                _session.Keys.Share(input.Roles.Receiver).Fill(input.Operation, start, mask, count);
                RingWords.Subtract(message, mask, count);
            }
        }
    }

    private unsafe void Receive(Exchange exchange)
    {
        for (int value = 0; value < 2; value++)
        {
            JointInput input = _inputs[(2 * value) + 1 - OwnPair];
            if (input.Roles.Receiver == _session.Party)
            {
                _received[value] = _session.Pool.Rent(Length);
                new Span<ulong>(exchange.Values(input.Segment), Length).CopyTo(_received[value]!.Words(Length));
            }
        }
    }
}

internal readonly unsafe struct SelectionTerms(Selection selection) : IPairTerms
{
    /// <summary>Words of a stretch, and what lies before it where it does not begin at a whole nibble.</summary>
    public const int Scratch = JointInput.Stretch + BitPlanes.ExpandGrain;

    private readonly Selection _selection = selection;

    [SkipLocalsInit]
    public void Write(int pair, int start, int count, ulong* destination)
    {
        if (pair is 0 or 5)
        {
            _selection.Gate(start, count, destination);
            return;
        }

        ulong* scratch = stackalloc ulong[4 * Scratch];
        (int i, int j) = Pairs.Complement(pair);
        ulong* a = _selection.Share(0, i, start, count, scratch);
        ulong* b = _selection.Share(1, j, start, count, scratch + Scratch);
        ulong* c = _selection.Share(0, j, start, count, scratch + (2 * Scratch));
        ulong* d = _selection.Share(1, i, start, count, scratch + (3 * Scratch));
        RingWords.TwoProducts(a, b, c, d, destination, count);
    }
}
