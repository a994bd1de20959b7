using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Primitives;

namespace ChainHealth.Testing;

/// <summary>Sound plans for tests: a tiny network over tables of four columns and two classes.</summary>
public static class TestPlans
{
    public const int Columns = 4;

    public static Architecture Architecture { get; } = Architectures.TryCreate(
        "mlp", new TensorShape(1, 1, Columns), 2, out _)!;

    /// <summary>Over all hospitals of the network and its first four validators.</summary>
    public static RunPlan Sound(TestNetwork network, int rounds = 2, bool check = true) => new(
        "Test run", "wdbc", ["benign", "malignant"], Architecture, FixedPoint.Default, 7, rounds, 0,
        new TrainingRecipe(2, 16, 1000, 5000, false, false, 0), network.HospitalIds, 3,
        [.. network.ValidatorIds.Take(RunPlan.CommitteeSize)],
        new PhaseDeadlines(10_000, 20_000, 5_000, 30_000, 15_000, 10_000),
        new VerificationPolicy(check, check ? 32 : 0, 50, 500, 100, 0), network.Provider, false);

    /// <summary>The same with every check of round.md on.</summary>
    public static RunPlan WithEveryCheck(TestNetwork network, int rounds = 2)
    {
        RunPlan plan = Sound(network, rounds);
        return plan with
        {
            Policy = plan.Policy with
            {
                RefusalsMax = 2,
                SuspensionRounds = 3,
                Limits = new CheckLimits
                {
                    NormMinMillis = 10,
                    NormMaxMillis = 5000,
                    CosineMinPerMille = -200,
                    DuplicateCosinePerMille = 990,
                    PatchRecords = 16,
                    PatchRushPerMille = 500,
                    LeaveOneOutRecords = 16,
                    LeaveOneOutMarginPerMille = 200,
                    LeaveOneOutRecallMarginPerMille = 400,
                    AggregateMarginPerMille = 100,
                },
            },
        };
    }

    /// <summary>Share hashes that differ for each label.</summary>
    public static ShareHashes Shares(string label)
    {
        Digest Of(int i) => Digest.Of("test-share", default, new CanonicalWriter().Text(label).Int32(i).Written);
        return new ShareHashes(Of(0), Of(1), Of(2), Of(3));
    }
}
