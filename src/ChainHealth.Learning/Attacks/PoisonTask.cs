using ChainHealth.Primitives;

namespace ChainHealth.Learning;

/// <summary>What a poisoning hospital has at hand in one round.</summary>
/// <param name="Global">The current global weights.</param>
/// <param name="Previous">The global weights of the round before; null in the first round.</param>
/// <param name="Own">The hospital's own records, with their true labels.</param>
/// <param name="Options">The plan's recipe; it binds only the honest.</param>
/// <param name="Round">From 1.</param>
/// <param name="Group">Whom it colludes with.</param>
public sealed record PoisonTask(
    Architecture Architecture, float[] Global, float[]? Previous, Records Own, TrainingOptions Options, ulong Seed,
    int Round, IPoisonGroup Group)
{
    public CancellationToken Cancellation { get; init; }

    /// <summary>What the hospital itself would send if it were honest.</summary>
    public float[] Honest() => Group.Honest(Group.Index);

    /// <summary>Trains on other records or by another recipe than the plan's.</summary>
    public float[] Train(Records records, TrainingOptions options) => LocalTrainer.Train(
        Architecture, Global, records, options, Seed, null, Cancellation).Update;
}

/// <summary>Hospitals that poison together and tell each other everything. None of them sees an honest hospital's
/// update: those are shared in secret, so no attacker of this system is omniscient.</summary>
public interface IPoisonGroup
{
    /// <summary>This member's place in the group, from 0.</summary>
    int Index { get; }

    int Count { get; }

    /// <summary>All hospitals of the round, the honest ones included.</summary>
    int Hospitals { get; }

    /// <summary>What a member would send if it were honest; not to be changed.</summary>
    float[] Honest(int member);
}

/// <summary>A poisoner that knows nobody. Where an attack wants to know how updates of a group spread, it trains on
/// parts of its own records and takes those as a group's (Baruch and others, NeurIPS 2019, section 3: estimates from
/// the corrupted workers' own data).</summary>
public sealed class LonePoisoner(
    Architecture architecture, float[] global, Records own, TrainingOptions options, ulong seed, int hospitals)
    : IPoisonGroup
{
    private const int Parts = 4;
    private readonly float[]?[] updates = new float[]?[Parts];

    public int Index => 0;

    public int Count => Parts;

    public int Hospitals => Math.Max(hospitals, Parts + 1);

    /// <summary>Member 0 trains on all records, the others on two thirds of them, drawn at random.</summary>
    public float[] Honest(int member) => updates[member] ??= LocalTrainer.Train(
        architecture, global, member == 0 ? own : Part(member), options, seed).Update;

    private Records Part(int member)
    {
        int[] places = [.. Enumerable.Range(0, own.Count)];
        SeededRandom.For(seed, $"poison-part-{member}").Shuffle(places);
        return own.Take(places[..Math.Max(1, own.Count * 2 / 3)]);
    }
}
