using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Mpc;
using ChainHealth.Primitives;
using ChainHealth.Testing;

namespace ChainHealth.Node.Tests;

/// <summary>One of four lies in one message of a check; messages of every exchange take their turn, in every way of
/// lying. No lie goes through; the rules of the chain name the liar or a pair with the liar in it, never an honest
/// party alone; and the check comes to its end without it, with the right verdict.</summary>
public sealed class LiarTests
{
    private const int Hospitals = 5;

    private static readonly TestNetwork Network = new();

    private static readonly Architecture Model = Architectures.TryCreate("mlp", new TensorShape(1, 1, 4), 2, out _)!;

    public static TheoryData<int, int> EveryLiar
    {
        get
        {
            var data = new TheoryData<int, int>();
            foreach (Lie lie in Enum.GetValues<Lie>())
            {
                for (int liar = 0; liar < ExchangeMessages.Parties; liar++)
                {
                    data.Add(liar, (int)lie);
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(EveryLiar))]
    public async Task Every_lie_is_settled_and_the_verdict_is_right(int liar, int how)
    {
        var lie = (Lie)how;
        CheckJob[] jobs = MpcBench.Jobs(Model, Hospitals + 1, 8, seed: 3);
        (PartyEnd?[] honest, LyingNetwork? counted) = await Attempt.RunAsync(jobs, null, liar, lie, int.MaxValue);
        UInt128 verdict = Bits(honest[0]!.Result!);
        // Two steps of three messages an exchange: every exchange is hit. A silence costs its time limit.
        int step = lie switch { Lie.Altered => 2, Lie.AlteredForAll or Lie.Short => 5, _ => 31 };
        int settled = 0;
        for (int target = liar; target < counted!.Sent; target += step)
        {
            var dispute = new DisputeBench(Network, liar);
            (PartyEnd?[] ends, LyingNetwork? _) = await Attempt.RunAsync(jobs, null, liar, lie, target);
            settled += dispute.Tell(ends) ? 1 : 0;
            for (int rerun = 0; dispute.Open is { } phase && rerun < 4; rerun++)
            {
                int? absent = dispute.Seat(phase.Dispute.Without);
                (ends, _) = await Attempt.RunAsync(jobs, absent, liar, lie, int.MaxValue);
                dispute.Tell(ends);
            }

            Assert.Null(dispute.Open);
            Assert.Equal(verdict, dispute.Verdict);
        }

        Assert.True(settled > 0, "no lie was ever noticed");
    }

    internal static UInt128 Bits(CheckResult result) => result.Accepted
        .Select((good, i) => good ? UInt128.One << i : UInt128.Zero).Aggregate((a, b) => a | b);
}
