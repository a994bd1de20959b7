using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Ledger;
using ChainHealth.Primitives;

namespace ChainHealth.Edge;

/// <summary>What the person who starts a run may choose; null = the data set's own default.</summary>
/// <param name="Checks">A <see cref="CheckSet"/> by name, or "none".</param>
internal sealed record PlanChoices(
    string? Model, int Rounds, int TargetAccuracy, int? Epochs, string Checks, bool Rehearsal, int DrawSize,
    int MinimumUpdates, ulong Seed);

/// <summary>Makes the plan of a run from a data set and its defaults.</summary>
internal static class Plans
{
    /// <summary>Generous: a deadline is for what is dead, not for what is slow.</summary>
    private static readonly PhaseDeadlines Deadlines = new(
        ApprovalMs: 120_000, TrainMs: 900_000, AttestMs: 30_000, CheckMs: 300_000, AggregateMs: 180_000,
        PublishMs: 120_000);

    /// <exception cref="EdgeException">No such model, or it does not fit the records.</exception>
    public static Architecture Architecture(Dataset dataset, string? model) =>
        Architectures.TryCreate(
            model ?? TrainingDefaults.For(dataset).Model, dataset.Schema.Shape, dataset.Schema.Classes,
            out string? fault) ?? throw new EdgeException(fault!);

    /// <exception cref="EdgeException">The network or the choices make no plan.</exception>
    public static RunPlan Make(Dataset dataset, LedgerState state, PlanChoices choices)
    {
        TrainingDefaults defaults = TrainingDefaults.For(dataset);
        VerificationDefaults? chosen = CheckSet.PolicyOf(choices.Checks, defaults.Verification);
        VerificationDefaults checks = chosen ?? defaults.Verification;
        TrainingOptions options = defaults.Options with { Epochs = choices.Epochs ?? defaults.Options.Epochs };
        ImmutableArray<MemberId> hospitals = WithRole(state, MemberRole.Hospital);
        if (hospitals.Length < RunPlan.MinimumUpdatesFloor)
        {
            throw new EdgeException(
                $"{hospitals.Length} hospitals: at least {RunPlan.MinimumUpdatesFloor} are needed, so that no single "
                + "update can be read off the sum");
        }

        return new RunPlan(
            $"{dataset.Name} with {hospitals.Length} hospitals",
            dataset.Name,
            dataset.Schema.ClassNames,
            Architecture(dataset, choices.Model),
            FixedPoint.Default,
            choices.Seed,
            choices.Rounds,
            choices.TargetAccuracy,
            Recipes.ToRecipe(options) with
            {
                Anchors = AnchorFile.ChecksumOf(dataset, options.AnchorsPerClass),
            },
            hospitals,
            choices.MinimumUpdates,
            [.. WithRole(state, MemberRole.Validator).Take(RunPlan.CommitteeSize)],
            Deadlines,
            new VerificationPolicy(
                chosen is not null, Math.Min(choices.DrawSize, dataset.Validation.Count), checks.AccuracyMargin,
                checks.AccuracyFloor, checks.RecallMargin, checks.RecallFloor)
            {
                Limits = chosen?.Limits ?? CheckLimits.Off,
                RefusalsMax = checks.RefusalsMax,
                SuspensionRounds = checks.SuspensionRounds,
            },
            Contributor(state).Id,
            choices.Rehearsal);
    }

    private static Member Contributor(LedgerState state) =>
        state.Members.Values.FirstOrDefault(m => m.Role == MemberRole.Provider && m.Name == MemberNames.Provider)
        ?? throw new EdgeException($"the network has no member '{MemberNames.Provider}' to share the validation pool");

    private static ImmutableArray<MemberId> WithRole(LedgerState state, MemberRole role) =>
        [.. state.Members.Values.Where(m => m.Role == role).Select(m => m.Id)];
}
