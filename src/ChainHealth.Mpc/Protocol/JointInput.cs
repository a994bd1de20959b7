using System.Runtime.CompilerServices;

namespace ChainHealth.Mpc;

/// <summary>Writes the summand that a pair of parties knows, one stretch at a time.</summary>
internal unsafe interface IPairTerms
{
    void Write(int pair, int start, int count, ulong* destination);
}

/// <summary>The summands already lie where they are sent from.</summary>
internal readonly unsafe struct InPlaceTerms : IPairTerms
{
    public void Write(int pair, int start, int count, ulong* destination)
    {
    }
}

/// <summary>The summand is a vector that the party holds.</summary>
internal readonly unsafe struct VectorTerms(ulong* source) : IPairTerms
{
    private readonly ulong* _source = source;

    public void Write(int pair, int start, int count, ulong* destination) =>
        new Span<ulong>(_source + start, count).CopyTo(new Span<ulong>(destination, count));
}

/// <summary>Joint input JIN(s, b; v) of a value that two parties know: share r becomes rho = PRF(Kr), share o becomes
/// v - rho, sent to r as a joint message; the other two shares are zero. One ring element, one exchange. For bits the
/// difference is an exclusive or.</summary>
internal readonly record struct JointInput(int Pair, PairRoles Roles, int Segment, ulong Operation, int Words)
{
    /// <summary>Words handled at a time: masks, summands and results stay in the nearest caches.</summary>
    public const int Stretch = 1024;

    public static JointInput Add(MpcSession session, Exchange exchange, int pair, int words)
    {
        PairRoles roles = Pairs.Roles(pair, exchange.IsTurned, session.Seats);
        return new JointInput(pair, roles, exchange.Add(roles, words), session.NextOperation(), words);
    }

    /// <summary>What can be done before the exchange for words [start, start + count), at most a stretch: the pair
    /// writes its message, and all who know a share add it to <paramref name="target"/>.</summary>
    [SkipLocalsInit]
    public unsafe void Provide<T>(
        MpcSession session, Exchange exchange, T terms, ShareVector target, int start, int count, bool bits)
        where T : struct, IPairTerms
    {
        int me = session.Party;
        if (me == Roles.Receiver)
        {
            return;
        }

        ulong* mask = stackalloc ulong[Stretch];
        session.Keys.Share(Roles.Receiver).Fill(Operation, start, mask, count);
        ulong* masked = target[Roles.Receiver] + start;
        if (me == Roles.Outsider)
        {
            RingWords.Accumulate(masked, mask, count, bits);
            return;
        }

        ulong* message = exchange.Values(Segment) + start;
        terms.Write(Pair, start, count, message);
        RingWords.Mask(message, mask, masked, target[Roles.Outsider] + start, count, bits);
    }

    /// <summary>As <see cref="Provide"/>, for a target whose shares this input alone makes: overwritten.</summary>
    public unsafe void Write<T>(
        MpcSession session, Exchange exchange, T terms, ShareVector target, int start, int count, bool bits)
        where T : struct, IPairTerms
    {
        int me = session.Party;
        if (me == Roles.Receiver)
        {
            return;
        }

        ulong* mask = target[Roles.Receiver] + start;
        session.Keys.Share(Roles.Receiver).Fill(Operation, start, mask, count);
        if (me != Roles.Outsider)
        {
            ulong* message = exchange.Values(Segment) + start;
            terms.Write(Pair, start, count, message);
            RingWords.MaskTwice(message, mask, target[Roles.Outsider] + start, count, bits);
        }
    }

    /// <summary>What the receiver does after the exchange: adds, or overwrites.</summary>
    public unsafe void Receive(MpcSession session, Exchange exchange, ShareVector target, bool bits, bool adds = true)
    {
        if (session.Party != Roles.Receiver)
        {
            return;
        }

        if (adds)
        {
            RingWords.Accumulate(target[Roles.Outsider], exchange.Values(Segment), Words, bits);
        }
        else
        {
            new Span<ulong>(exchange.Values(Segment), Words).CopyTo(target.Plane(Roles.Outsider));
        }
    }
}
