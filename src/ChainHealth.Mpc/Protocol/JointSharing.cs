namespace ChainHealth.Mpc;

/// <summary>Joint input of two values at once: the pair {0, 1} puts one in, the pair {2, 3} another. The first has zero
/// shares 0 and 1, the second zero shares 2 and 3, so one vector holds both: as a whole their sum, and each by itself
/// where an operation looks at two planes only. 2 elements, 1 exchange.</summary>
internal static class JointSharing
{
    private const int Low = 0;
    private const int High = 5;

    /// <param name="own">This party's value: that of {0, 1} at parties 0 and 1, that of {2, 3} at parties 2 and 3.
    /// </param>
    /// <param name="target">Cleared; as many words as the value.</param>
    public static ValueTask RunAsync(
        MpcSession session, RingBuffer own, ShareVector target, bool bits, CancellationToken cancellation) =>
        RunAsync(session, [own], [target], bits, cancellation);

    /// <summary>Several values of one length in the same exchange.</summary>
    public static async ValueTask RunAsync(MpcSession session, RingBuffer[] own, ShareVector[] targets, bool bits,
        CancellationToken cancellation)
    {
        using var exchange = new Exchange(session);
        var inputs = new List<(JointInput Input, int Value)>();
        for (int v = 0; v < own.Length; v++)
        {
            inputs.Add((JointInput.Add(session, exchange, Low, targets[v].Length), v));
            inputs.Add((JointInput.Add(session, exchange, High, targets[v].Length), v));
        }

        exchange.Prepare();
        foreach ((JointInput input, int v) in inputs)
        {
            Provide(session, exchange, input, own[v], targets[v], bits);
        }

        await exchange.RunAsync(cancellation);
        foreach ((JointInput input, int v) in inputs)
        {
            input.Receive(session, exchange, targets[v], bits);
        }
    }

    private static unsafe void Provide(
        MpcSession session, Exchange exchange, JointInput input, RingBuffer own, ShareVector target, bool bits) =>
        input.Provide(session, exchange, new VectorTerms(own.Pointer), target, bits);
}
