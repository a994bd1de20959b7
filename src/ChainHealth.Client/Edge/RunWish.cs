using System.Collections.Immutable;
using ChainHealth.Primitives;

namespace ChainHealth.Client;

/// <summary>An attack that a hospital shall simulate in a rehearsal.</summary>
/// <param name="Attack">As the edge program spells it, for instance label-flip.</param>
public sealed record AttackWish(string Hospital, string Attack);

/// <summary>The run that a person wants; the provider's edge server makes the plan of it.</summary>
/// <param name="Dataset">Must be the one that the edge server uses.</param>
/// <param name="Model">Name of the network; empty = the data set's default.</param>
/// <param name="TargetMille">End early at this accuracy, per mille; 0 = never.</param>
/// <param name="Epochs">Of local training; 0 = the data set's default.</param>
/// <param name="Check">Updates are checked under SMPC before they count.</param>
/// <param name="DrawSize">Records of the check.</param>
/// <param name="MinimumUpdates">Fewer and a round fails.</param>
/// <param name="Attacks">Empty, or a rehearsal.</param>
public sealed record RunWish(
    string Dataset, string Model, int Rounds, int TargetMille, int Epochs, bool Check, int DrawSize, int MinimumUpdates,
    ulong Seed, bool Rehearsal, ImmutableArray<AttackWish> Attacks)
{
    public static EdgeCodec<RunWish> Codec { get; } = new(
        (w, x) => w.Name(x.Dataset).Name(x.Model).Int32(x.Rounds).Int32(x.TargetMille).Int32(x.Epochs).Bool(x.Check)
            .Int32(x.DrawSize).Int32(x.MinimumUpdates).UInt64(x.Seed).Bool(x.Rehearsal)
            .List(x.Attacks, (v, a) => v.Name(a.Hospital).Name(a.Attack)),
        (ref CanonicalReader r) => new RunWish(
            r.Text(EdgeLimits.NameBytesMax), r.Text(EdgeLimits.NameBytesMax), r.Int32(), r.Int32(), r.Int32(),
            r.Bool(), r.Int32(), r.Int32(), r.UInt64(), r.Bool(),
            r.List(EdgeLimits.AttacksMax, (ref CanonicalReader i) =>
                new AttackWish(i.Text(EdgeLimits.NameBytesMax), i.Text(EdgeLimits.NameBytesMax)))));
}

/// <summary>Where the chain noted the start.</summary>
public sealed record RunStarted(RunId Run, Digest Transaction, Height Height)
{
    public static EdgeCodec<RunStarted> Codec { get; } = new(
        (w, s) => w.UInt32(s.Run.Value).Digest(s.Transaction).UInt64(s.Height.Value),
        (ref CanonicalReader r) => new RunStarted(new RunId(r.UInt32()), r.Digest(), new Height(r.UInt64())));
}

public sealed record StopWish(RunId Run, string Reason)
{
    public static EdgeCodec<StopWish> Codec { get; } = new(
        (w, s) => w.UInt32(s.Run.Value).Text(Limited.Text(s.Reason, Ledger.StopRunBody.ReasonBytesMax)),
        (ref CanonicalReader r) => new StopWish(new RunId(r.UInt32()), r.Text(Ledger.StopRunBody.ReasonBytesMax)));
}
