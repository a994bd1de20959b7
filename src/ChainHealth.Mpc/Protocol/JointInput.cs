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
    /// <summary>Words handled at a time: masks and summands stay in the first-level cache.</summary>
    public const int Stretch = 1024;

    public static JointInput Add(MpcSession session, Exchange exchange, int pair, int words)
    {
        PairRoles roles = Pairs.Roles(pair, exchange.IsTurned, session.Seats);
        return new JointInput(pair, roles, exchange.Add(roles, words), session.NextOperation(), words);
    }

    /// <summary>What can be done before the exchange: the pair writes its message, and all who know a share add it to
    /// <paramref name="target"/>.</summary>
    public unsafe void Provide<T>(MpcSession session, Exchange exchange, T terms, ShareVector target, bool bits)
        where T : struct, IPairTerms
    {
        int me = session.Party;
        if (me == Roles.Receiver)
        {
            return;
        }

        AesCtr stream = session.Keys.Share(Roles.Receiver);
        ulong* mask = stackalloc ulong[Stretch];
        ulong* message = exchange.Values(Segment);
        for (int start = 0; start < Words; start += Stretch)
        {
            int count = Math.Min(Stretch, Words - start);
            stream.Fill(Operation, start, mask, count);
            ulong* masked = target[Roles.Receiver] + start;
            if (me == Roles.Outsider)
            {
                RingWords.Accumulate(masked, mask, count, bits);
                continue;
            }

            terms.Write(Pair, start, count, message + start);
            RingWords.Mask(message + start, mask, masked, target[Roles.Outsider] + start, count, bits);
        }
    }

    /// <summary>What the receiver does after the exchange.</summary>
    public unsafe void Receive(MpcSession session, Exchange exchange, ShareVector target, bool bits)
    {
        if (session.Party == Roles.Receiver)
        {
            RingWords.Accumulate(target[Roles.Outsider], exchange.Values(Segment), Words, bits);
        }
    }
}
