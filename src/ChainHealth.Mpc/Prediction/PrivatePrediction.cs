using System.Collections.Immutable;
using System.Diagnostics;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>Hands an encoded question to a validator and returns its encoded answer. Throws
/// <see cref="PredictionException"/> where the validator refuses, any other exception where it cannot be reached.
/// </summary>
public delegate Task<byte[]> AskValidator(
    Member validator, ReadOnlyMemory<byte> question, CancellationToken cancellation);

/// <summary>No prediction came about; the message says why and names who failed, never a value.</summary>
public sealed class PredictionException(string reason, Exception? inner = null) : Exception(reason, inner);

/// <param name="Scores">Logits, (record, class).</param>
/// <param name="Probabilities">Softmax of each record's scores.</param>
/// <param name="Model">Content hash of the model that was evaluated.</param>
/// <param name="Seconds">From sharing the record to the opened scores.</param>
/// <param name="BytesSent">Between the validators, all of them together, and to the asker and back.</param>
/// <param name="Exchanges">Message rounds between the validators.</param>
/// <param name="Silent">A validator without which three computed; null: all four did.</param>
public sealed record PrivateScores(
    ImmutableArray<ImmutableArray<double>> Scores, ImmutableArray<ImmutableArray<double>> Probabilities, Digest Model,
    double Seconds, long BytesSent, int Exchanges, Member? Silent)
{
    /// <summary>Empty where nobody lied; one validator that did, or two of which one did. The answer does not rest on
    /// it.</summary>
    public ImmutableArray<Member> Suspects { get; init; } = [];

    /// <summary>What the suspects did, in words; empty where there are none.</summary>
    public string Conflict { get; init; } = "";
}

/// <summary>The public circumstances of a private prediction.</summary>
/// <param name="Asker">Whose connection asks; the shares are bound to it.</param>
/// <param name="Committee">The four validators that compute, in the order of the run's plan.</param>
public sealed record PredictionTerms(Digest Chain, MemberId Asker, ImmutableArray<Member> Committee,
    Architecture Architecture, FixedPoint FixedPoint, Digest Model);

/// <summary>The asker's side of a private prediction: secret-shares records to the four validators, collects their
/// shares of the class scores, and adds them up. No validator learns the record, the scores or the answer. Where one
/// lies, signed words name it or a pair with it, and the question is asked again without; a validator that cannot be
/// reached is left out likewise (three parties, passively secure; SMPC.md, "Private prediction").</summary>
public static class PrivatePrediction
{
    /// <summary>Two honest computations of one score differ by errors of truncation, far below this.</summary>
    private const double ScoreTolerance = 1.0 / 256;

    /// <param name="records">Fixed point, normalised as the model's training records were: 1 to
    /// <see cref="PredictionQuestion.RecordsMax"/> records of the architecture's input size, one after the other.
    /// </param>
    /// <exception cref="PredictionException">No prediction came about.</exception>
    public static async Task<PrivateScores> AskAsync(PredictionTerms terms, ReadOnlyMemory<long> records,
        AskValidator ask, RandomSource randomness, CancellationToken cancellation)
    {
        int elements = terms.Architecture.Input.Elements;
        int count = records.Length / elements;
        if (count is < 1 or > PredictionQuestion.RecordsMax || records.Length % elements != 0)
        {
            throw new PredictionException($"{records.Length} values are not 1 to {PredictionQuestion.RecordsMax} "
                + $"records of {terms.Architecture.Input}");
        }

        var attempts = new PredictionAttempts(terms, records, count, ask, randomness, Stopwatch.GetTimestamp());
        PredictionOutcome all = await attempts.TryAsync(null, cancellation);
        if (all.Scores is not null)
        {
            return all.Scores;
        }

        PredictionRuling ruling = await attempts.RuleAsync(all, cancellation);
        return ruling.Suspects.Length switch
        {
            0 => throw Failure(all),
            1 => Named(terms, ruling, await WithoutAsync(attempts, ruling.Suspects[0], cancellation)),
            _ => await WithoutEachAsync(terms, attempts, ruling, cancellation),
        };
    }

    private static async Task<PrivateScores> WithoutAsync(
        PredictionAttempts attempts, int absent, CancellationToken cancellation)
    {
        PredictionOutcome three = await attempts.TryAsync(absent, cancellation);
        return three.Scores ?? throw Failure(three);
    }

    /// <summary>One of the two attempts is held by honest validators alone: it comes to its end, so a failure of the
    /// other one names its member of the pair; and where both end, equal answers are right.</summary>
    private static async Task<PrivateScores> WithoutEachAsync(PredictionTerms terms, PredictionAttempts attempts,
        PredictionRuling pair, CancellationToken cancellation)
    {
        PredictionOutcome first = await attempts.TryAsync(pair.Suspects[0], cancellation);
        PredictionOutcome second = await attempts.TryAsync(pair.Suspects[1], cancellation);
        if (first.Scores is null || second.Scores is null)
        {
            (PredictionOutcome held, int liar) = first.Scores is null
                ? (second, pair.Suspects[1]) : (first, pair.Suspects[0]);
            return Named(terms, PredictionRuling.One(liar, $"{pair.Reason}, and failed again"),
                held.Scores ?? throw Failure(second));
        }

        bool alike = first.Scores.Scores.SelectMany(s => s).Zip(second.Scores.Scores.SelectMany(s => s))
            .All(p => Math.Abs(p.First - p.Second) < ScoreTolerance);
        return alike
            ? Named(terms, pair, second.Scores)
            : throw new PredictionException(
                $"{Names(terms, pair)}: {pair.Reason}; without each of them the scores differ, so no answer is given");
    }

    private static PrivateScores Named(PredictionTerms terms, PredictionRuling ruling, PrivateScores scores) =>
        ruling.Reason.Length == 0 ? scores : scores with
        {
            Suspects = [.. ruling.Suspects.Select(s => terms.Committee[s])],
            Conflict = $"{Names(terms, ruling)}: {ruling.Reason}",
        };

    private static string Names(PredictionTerms terms, PredictionRuling ruling) =>
        string.Join(" and ", ruling.Suspects.Select(s => terms.Committee[s].Name));

    private static PredictionException Failure(PredictionOutcome outcome) =>
        new($"the committee gave no prediction: {outcome.Fault}");
}
