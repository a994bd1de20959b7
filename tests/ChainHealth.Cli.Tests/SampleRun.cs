using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Cli.Tests;

/// <summary>A run of three hospitals after its only round: one accepted, one poisoned, one missing.</summary>
internal static class SampleRun
{
    public static readonly Digest Model = Digest.Sha256([1]);

    public static LedgerState State()
    {
        RunState run = Run();
        return new LedgerState
        {
            Chain = Digest.Sha256([9]),
            Height = new Height(40),
            Tip = Digest.Sha256([8]),
            Time = new Instant(1_000_000),
            Members = Enumerable.Range(5, 3).Select(i => Hospital((uint)i))
                .ToImmutableSortedDictionary(m => m.Id, m => m),
            Nonces = ImmutableSortedDictionary<MemberId, ulong>.Empty,
            Runs = ImmutableSortedDictionary<RunId, RunState>.Empty.Add(run.Id, run),
            TransactionCount = 55,
        };
    }

    public static RunState Run() => new(
        new RunId(1), new MemberId(8), Plan(), Digest.Zero,
        new EndedPhase(new Instant(9_000), RunEnd.LastRound, ""), [new MemberId(5), new MemberId(6)], null, 1, Model,
        [Round()], []);

    public static RoundRecord Round() => new(
        1, Digest.Zero,
        [
            new HospitalOutcome(
                new MemberId(5), Verdict.Accepted, new UpdateCommitment(new MemberId(5), default, 80, 1000), "3 of 4"),
            new HospitalOutcome(
                new MemberId(6), Verdict.Poisoned, new UpdateCommitment(new MemberId(6), default, 80, 1000), "4 of 4"),
            new HospitalOutcome(new MemberId(7), Verdict.Missing, null, "no commitment"),
        ],
        Model, false, [new MemberId(5), new MemberId(6)], new PublicMetrics(947, [971, 905], 988),
        [
            Time("train", 2500), Time("commit", 400), Time("check", 1500), Time("check", 500), Time("aggregate", 300),
            Time("publish", 200),
        ],
        new JobCost(123_456, 40, 1400), new JobCost(7_000, 3, 200));

    private static PhaseTime Time(string phase, long milliseconds) => new(phase, new Instant(0), milliseconds);

    private static RunPlan Plan() => new(
        "wdbc with 3 hospitals", "wdbc", ["malignant", "benign"],
        Architectures.TryCreate("mlp", new TensorShape(1, 1, 30), 2, out _)!, FixedPoint.Default, 1, 1, 0,
        new TrainingRecipe(1, 16, 1000, 0, false, false, 0), [new MemberId(5), new MemberId(6), new MemberId(7)], 3,
        [new MemberId(1), new MemberId(2), new MemberId(3), new MemberId(4)], new PhaseDeadlines(1, 1, 1, 1, 1, 1),
        new VerificationPolicy(true, 64, 50, 500, 100, 300), new MemberId(8), false);

    private static Member Hospital(uint id) => new(
        new MemberId(id), $"hospital-{id - 4}", MemberRole.Hospital, default, Digest.Zero, ByteString.Empty, "");
}
