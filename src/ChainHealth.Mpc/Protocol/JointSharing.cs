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
    /// <param name="target">As many words as the value; overwritten.</param>
    public static ValueTask RunAsync(
        MpcSession session, RingBuffer own, ShareVector target, bool bits, CancellationToken cancellation) =>
        RunAsync(session, [own], [target], bits, cancellation);

    /// <summary>Several values of one length in the same exchange.</summary>
    public static async ValueTask RunAsync(MpcSession session, RingBuffer[] own, ShareVector[] targets, bool bits,
        CancellationToken cancellation)
    {
        using var exchange = Exchange.Open(session);
        var inputs = new JointInput[2 * own.Length];
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i] = JointInput.Add(session, exchange, i % 2 == 0 ? Low : High, targets[i / 2].Length);
        }

        await exchange.PrepareAsync();
        for (int i = 0; i < inputs.Length; i++)
        {
            Provide(session, exchange, inputs[i], own[i / 2], targets[i / 2], bits);
        }

        await exchange.RunAsync(cancellation);
        for (int i = 0; i < inputs.Length; i++)
        {
            inputs[i].Receive(session, exchange, targets[i / 2], bits, adds: false);
        }
    }

    private static unsafe void Provide(
        MpcSession session, Exchange exchange, JointInput input, RingBuffer own, ShareVector target, bool bits)
    {
        var terms = new VectorTerms(own.Pointer);
        for (int start = 0; start < input.Words; start += JointInput.Stretch)
        {
            int count = Math.Min(JointInput.Stretch, input.Words - start);
            input.Write(session, exchange, terms, target, start, count, bits);
        }
    }
}
