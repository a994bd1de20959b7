using System.Collections.Immutable;
using System.Text;
using ChainHealth.Primitives;

namespace ChainHealth.Federation;

/// <summary>What a plan must be like before anybody is asked to approve it (ROUND.md, rules P1 to P8). Whether the ids
/// are members with the right roles is for the ledger, which knows the members.</summary>
public static class PlanRules
{
    public const int PhaseMsMin = 100;
    public const int PhaseMsMax = 7 * 24 * 60 * 60 * 1000;
    public const int EpochsMax = 100;
    public const int BatchSizeMax = 4096;
    public const int PerMille = 1000;
    public const int ClipNormMillisMax = 1_000_000_000;
    public const int LearningRateMicrosMax = 10_000_000;
    public const int ProximalMillisMax = 1_000_000;
    public const int BalancedStepsMax = 100_000;
    public const int AnchorsMax = 1000;
    public const int SamplesMax = 10_000_000;

    /// <summary>Null when sound; else the field and its limit.</summary>
    public static string? Fault(RunPlan plan) =>
        TextFault(plan) ?? RosterFault(plan) ?? CommitteeFault(plan) ?? LengthFault(plan) ?? RecipeFault(plan.Recipe)
        ?? DeadlineFault(plan.Deadlines) ?? PolicyFault(plan.Policy) ?? LimitsFault(plan);

    /// <summary>The four sealed packages of one update together: at most three parties get each of the four shares, and
    /// one of the four is a whole vector of 8-byte ring elements; doubled, plus 64 KiB for seals.</summary>
    public static long UpdatePackageBytesMax(RunPlan plan) => PackageBytesMax(plan.Architecture.ParameterCount);

    /// <summary>The same for a pool of this many records.</summary>
    public static long PoolPackageBytesMax(RunPlan plan, int records) =>
        PackageBytesMax((long)records * (plan.Architecture.Input.Elements + plan.Architecture.Classes));

    private static long PackageBytesMax(long elements) => (2L * 3 * sizeof(long) * elements) + (64 * 1024);

    private static string? TextFault(RunPlan plan)
    {
        if (!IsName(plan.Title) || !IsName(plan.Dataset))
        {
            return $"plan: title and data set need 1 to {RunPlanCodec.NameBytesMax} bytes each";
        }

        if (plan.ClassNames.IsDefault || plan.ClassNames.Length != plan.Architecture.Classes)
        {
            return $"plan: {(plan.ClassNames.IsDefault ? 0 : plan.ClassNames.Length)} class names for "
                + $"{plan.Architecture.Classes} outputs of the network";
        }

        return plan.ClassNames.All(IsName) && plan.ClassNames.Distinct().Count() == plan.ClassNames.Length
            ? null
            : $"plan: class names must be distinct, 1 to {RunPlanCodec.NameBytesMax} bytes each";
    }

    private static string? RosterFault(RunPlan plan)
    {
        if (plan.MinimumUpdates < RunPlan.MinimumUpdatesFloor)
        {
            return $"plan: minimum of {plan.MinimumUpdates} updates, at least {RunPlan.MinimumUpdatesFloor} needed: "
                + "a sum of fewer would show single updates";
        }

        if (plan.Hospitals.IsDefault || plan.Hospitals.Length > RunPlan.HospitalsMax
            || plan.Hospitals.Distinct().Count() != plan.Hospitals.Length)
        {
            return $"plan: the roster must name at most {RunPlan.HospitalsMax} hospitals, each once";
        }

        return plan.Hospitals.Length >= plan.MinimumUpdates
            ? null
            : $"plan: {plan.Hospitals.Length} hospitals, {plan.MinimumUpdates} needed";
    }

    private static string? CommitteeFault(RunPlan plan)
    {
        if (plan.Committee.IsDefault || plan.Committee.Length != RunPlan.CommitteeSize
            || plan.Committee.Distinct().Count() != RunPlan.CommitteeSize)
        {
            return $"plan: the committee must be {RunPlan.CommitteeSize} distinct validators";
        }

        return plan.Committee.Contains(plan.PoolContributor)
            ? "plan: the pool contributor cannot sit in the committee that must not see the pool"
            : null;
    }

    private static string? LengthFault(RunPlan plan) =>
        Range("rounds", plan.Rounds, 1, RunPlan.RoundsMax)
        ?? Range("target accuracy (per mille)", plan.TargetAccuracy, 0, PerMille)
        ?? Range("fraction bits", plan.Format.FractionBits, FixedPoint.FractionBitsMin, FixedPoint.FractionBitsMax);

    private static string? RecipeFault(TrainingRecipe recipe) =>
        Range("epochs", recipe.Epochs, 1, EpochsMax)
        ?? Range("batch size", recipe.BatchSize, 1, BatchSizeMax)
        ?? Range("learning rate (millionths)", recipe.LearningRateMicros, 1, LearningRateMicrosMax)
        ?? Range("clip norm (thousandths)", recipe.ClipNormMillis, 1, ClipNormMillisMax)
        ?? Range("proximal weight (thousandths)", recipe.ProximalMillis, 0, ProximalMillisMax)
        ?? Range("balanced steps", recipe.BalancedSteps, 0, BalancedStepsMax)
        ?? Range("anchors of each class", recipe.AnchorsPerClass, 0, AnchorsMax)
        ?? (recipe.AnchorsPerClass == 0 == (recipe.Anchors == Digest.Zero) ? null
            : "anchors and their SHA-256 go together: a plan has both or neither");

    private static string? DeadlineFault(PhaseDeadlines d) =>
        Range("approval deadline (ms)", d.ApprovalMs, PhaseMsMin, PhaseMsMax)
        ?? Range("train deadline (ms)", d.TrainMs, PhaseMsMin, PhaseMsMax)
        ?? Range("attest deadline (ms)", d.AttestMs, PhaseMsMin, PhaseMsMax)
        ?? Range("check deadline (ms)", d.CheckMs, PhaseMsMin, PhaseMsMax)
        ?? Range("aggregate deadline (ms)", d.AggregateMs, PhaseMsMin, PhaseMsMax)
        ?? Range("publish deadline (ms)", d.PublishMs, PhaseMsMin, PhaseMsMax);

    private static string? PolicyFault(VerificationPolicy policy) =>
        Range("draw size", policy.DrawSize, policy.Enabled ? 1 : 0, RunPlan.PoolRecordsMax)
        ?? Range("accuracy margin (per mille)", policy.AccuracyMargin, 0, PerMille)
        ?? Range("accuracy floor (per mille)", policy.AccuracyFloor, 0, PerMille)
        ?? Range("recall margin (per mille)", policy.RecallMargin, 0, PerMille)
        ?? Range("recall floor (per mille)", policy.RecallFloor, 0, PerMille)
        ?? Range("refusals before a suspension", policy.RefusalsMax, 0, RunPlan.RoundsMax)
        ?? Range("rounds of a suspension", policy.SuspensionRounds,
            policy.RefusalsMax > 0 ? 1 : 0, VerificationPolicy.SuspensionRoundsMax);

    private static string? LimitsFault(RunPlan plan)
    {
        CheckLimits limits = plan.Policy.Limits;
        string? fault = limits.Fault(plan.Architecture.ParameterCount, plan.Format)
            ?? (limits.HasNorm && limits.NormMaxMillis < plan.Recipe.ClipNormMillis
                ? $"largest norm {limits.NormMaxMillis} is below the clip norm {plan.Recipe.ClipNormMillis} "
                    + "(thousandths): honest updates would be refused" : null)
            ?? (!plan.Policy.Enabled && limits != CheckLimits.Off ? "limits without a check" : null);
        return fault is null ? null : "plan: " + fault;
    }

    private static bool IsName(string text) =>
        Encoding.UTF8.GetByteCount(text) is > 0 and <= RunPlanCodec.NameBytesMax;

    private static string? Range(string field, int value, int min, int max) =>
        value >= min && value <= max ? null : $"plan: {field} is {value}, must be {min} to {max}";
}
