using System.Collections.Immutable;
using ChainHealth.Federation;
using ChainHealth.Learning;
using ChainHealth.Primitives;

namespace ChainHealth.Edge.Experiments;

/// <summary>What one run came to.</summary>
/// <param name="Accuracy">Of the last global model on the test split, 0..1.</param>
/// <param name="RecallMin">Least recall of a class there.</param>
/// <param name="AttackSuccess">NaN where the attack has no goal of its own.</param>
internal sealed record RunScore(double Accuracy, double RecallMin, double AttackSuccess);

/// <summary>How a set of checks decided, over all rounds.</summary>
/// <param name="Effective">Poisoned updates whose own model reaches the attack's goal.</param>
/// <param name="KeptOldModel">Rounds in which nothing was opened.</param>
internal sealed record CheckTally(
    int Poisoned, int PoisonedRefused, int Effective, int EffectiveRefused, int Honest, int HonestRefused,
    int KeptOldModel,
    ImmutableSortedDictionary<string, int> PoisonedReasons, ImmutableSortedDictionary<string, int> HonestReasons);

/// <summary>Who poisons, and how.</summary>
/// <param name="Poisoners">Hospitals in ascending order.</param>
internal sealed record Threat(Attack Attack, ImmutableArray<int> Poisoners)
{
    /// <summary>Whether the hospital's update counts as poisoned. The first of those who send copies sends its own
    /// work.</summary>
    public bool Counts(FederationScene scene, int hospital) => Attack is CopyOfAnother
        ? Poisoners.IndexOf(hospital) > 0
        : Poisoners.Contains(hospital) && Attack.HasEffect(scene.Hospitals[hospital]);
}

/// <summary>The rounds of a federation in plain arithmetic.</summary>
/// <param name="encrypted">Decides in the place of the plain check where it is given.</param>
internal sealed class FederationRun(
    FederationScene scene, PlainCheck check, int rounds, EncryptedCheck? encrypted = null)
{
    private const double EffectMin = 0.1;

    private readonly Dictionary<string, int> _poisonedReasons = [];
    private readonly Dictionary<string, int> _honestReasons = [];
    private int _poisoned;
    private int _poisonedRefused;
    private int _honest;
    private int _honestRefused;
    private int _effective;
    private int _effectiveRefused;
    private int _kept;

    public CheckTally Tally => new(
        _poisoned, _poisonedRefused, _effective, _effectiveRefused, _honest, _honestRefused, _kept,
        _poisonedReasons.ToImmutableSortedDictionary(), _honestReasons.ToImmutableSortedDictionary());

    /// <param name="threat">Null = everybody is honest.</param>
    /// <param name="policy">Null = whatever comes is summed.</param>
    /// <param name="excluded">Hospitals whose updates are left out (the clean run without the poisoners).</param>
    public RunScore Execute(Threat? threat, VerificationDefaults? policy, ImmutableArray<int> excluded = default)
    {
        float[] global = scene.Initial();
        float[]? previous = null;
        int[] hospitals = [.. Enumerable.Range(0, scene.Hospitals.Count)
            .Where(h => excluded.IsDefault || !excluded.Contains(h))];
        for (int round = 1; round <= rounds; round++)
        {
            float[][] updates;
            try
            {
                float[] now = global;
                float[]? before = previous;
                int number = round;
                updates = [.. hospitals.Select(h => threat is not null && threat.Poisoners.Contains(h)
                    ? scene.Poisoned(now, before, h, threat.Attack, number, threat.Poisoners)
                    : scene.Honest(now, h))];
            }
            catch (ParameterException)
            {
                // A global model so broken that training on it overflows: it stays as it is.
                break;
            }

            bool[] accepted = [.. updates.Select(_ => true)];
            if (policy is not null)
            {
                IReadOnlyList<IReadOnlyList<string>> verdicts = Judge(
                    global, previous, updates, policy with { Limits = policy.Limits.ForRound(round) });
                accepted = [.. verdicts.Select(v => v.Count == 0)];
                Count(threat, global, hospitals, updates, verdicts);
            }

            float[]? next = Aggregate(global, hospitals, updates, accepted);
            bool opens = next is not null
                && (policy is null || check.AllowsAggregate(global, next, policy));
            _kept += opens ? 0 : 1;
            (previous, global) = (global, opens ? next! : global);
        }

        return Score(global, threat);
    }

    /// <summary>The encrypted check opens no reasons here: "refused" is all that it says.</summary>
    private IReadOnlyList<IReadOnlyList<string>> Judge(
        float[] global, float[]? previous, float[][] updates, VerificationDefaults policy)
    {
        if (encrypted is null)
        {
            return check.Judge(global, previous, updates, policy);
        }

        // The parties work on threads of their own; training waits, as torch wants one managed thread.
        (bool[] accepted, _) = encrypted.JudgeAsync(
            global, previous, updates, policy, check.DrawSize, CancellationToken.None).GetAwaiter().GetResult();
        return [.. accepted.Select(a => a ? (string[])[] : ["refused"])];
    }

    private RunScore Score(float[] global, Threat? threat)
    {
        Metrics measured = ModelEvaluator.Evaluate(scene.Architecture, global, scene.Test);
        return new RunScore(measured.Accuracy, measured.RecallMin,
            threat?.Attack.Goal?.Success(scene.Architecture, global, scene.Test) ?? double.NaN);
    }

    private void Count(
        Threat? threat, float[] global, int[] hospitals, float[][] updates,
        IReadOnlyList<IReadOnlyList<string>> verdicts)
    {
        for (int i = 0; i < hospitals.Length; i++)
        {
            bool isPoisoner = threat is not null && threat.Poisoners.Contains(hospitals[i]);
            bool refused = verdicts[i].Count > 0;
            if (isPoisoner && !threat!.Counts(scene, hospitals[i]))
            {
                continue;
            }

            Dictionary<string, int> reasons = isPoisoner ? _poisonedReasons : _honestReasons;
            foreach (string reason in verdicts[i])
            {
                reasons[reason] = reasons.GetValueOrDefault(reason) + 1;
            }

            (_poisoned, _honest) = isPoisoner ? (_poisoned + 1, _honest) : (_poisoned, _honest + 1);
            _poisonedRefused += isPoisoner && refused ? 1 : 0;
            _honestRefused += !isPoisoner && refused ? 1 : 0;
            if (isPoisoner && IsEffective(threat!, global, hospitals[i], updates[i]))
            {
                _effective++;
                _effectiveRefused += refused ? 1 : 0;
            }
        }
    }

    /// <summary>Whether the poisoner's own model reaches the attack's goal clearly more often than its honest one: an
    /// update that fails to poison (too little training, none of the source class) is no poisoned one. Attacks that
    /// have no goal of their own always count.</summary>
    private bool IsEffective(Threat threat, float[] global, int hospital, float[] update)
    {
        if (threat.Attack.Goal is not { } goal)
        {
            return true;
        }

        double Success(float[] of) => goal.Success(scene.Architecture, Vectors.Plus(global, of), scene.TestSample);
        return Success(update) - Success(scene.Honest(global, hospital)) > EffectMin;
    }

    /// <summary>The mean, weighted by capped sample counts; null where fewer than three are accepted.</summary>
    private float[]? Aggregate(float[] global, int[] hospitals, float[][] updates, bool[] accepted)
    {
        int[] counted = [.. Enumerable.Range(0, hospitals.Length).Where(i => accepted[i])];
        if (counted.Length < RunPlan.MinimumUpdatesFloor)
        {
            return null;
        }

        ImmutableSortedDictionary<MemberId, int> weights = AggregationWeights.Of(counted.Select(
            i => new UpdateCommitment(new MemberId((ushort)i), default, scene.Samples[hospitals[i]], 0)));
        double total = weights.Values.Sum(w => (double)w);
        float[] next = [.. global];
        foreach ((MemberId id, int weight) in weights)
        {
            float factor = (float)(weight / total);
            float[] update = updates[id.Value];
            for (int p = 0; p < next.Length; p++)
            {
                next[p] += factor * update[p];
            }
        }

        return next;
    }
}
