using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
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
    double Seconds, long BytesSent, int Exchanges, Member? Silent);

/// <summary>The public circumstances of a private prediction.</summary>
/// <param name="Asker">Whose connection asks; the shares are bound to it.</param>
/// <param name="Committee">The four validators that compute, in the order of the run's plan.</param>
public sealed record PredictionTerms(Digest Chain, MemberId Asker, ImmutableArray<Member> Committee,
    Architecture Architecture, FixedPoint FixedPoint, Digest Model);

/// <summary>The asker's side of a private prediction: secret-shares records to the four validators, collects their
/// shares of the class scores, and adds them up. No validator learns the record, the scores or the answer. A validator
/// that cannot be reached is left out in a second attempt (three parties, passively secure; SMPC.md).</summary>
public static class PrivatePrediction
{
    /// <summary>A committee answers within this time, or not at all.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(30);

    /// <summary>Once one validator has failed, the others get this long to say whom they miss.</summary>
    private static readonly TimeSpan AfterFaultMax = TimeSpan.FromMilliseconds(500);

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

        long began = Stopwatch.GetTimestamp();
        Attempt all = await TryAsync(terms, records, count, null, ask, randomness, cancellation);
        if (all.Answers is not null || all.Missing is not { } missing)
        {
            return Open(terms, all, count, null, began);
        }

        Attempt three = await TryAsync(terms, records, count, missing, ask, randomness, cancellation);
        return Open(terms, three, count, terms.Committee[missing], began);
    }

    private static async Task<Attempt> TryAsync(PredictionTerms terms, ReadOnlyMemory<long> records, int count,
        int? absent, AskValidator ask, RandomSource randomness, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerMax);
        ReadOnlyMemory<byte>[] questions = Questions(terms, records, count, absent, randomness);
        Task<byte[]>?[] asked = [.. terms.Committee.Select((validator, p) =>
            p == absent ? null : Task.Run(() => ask(validator, questions[p], limit.Token), CancellationToken.None))];
        Task whole = Task.WhenAll(asked.OfType<Task<byte[]>>());
        try
        {
            await whole;
        }
        catch (Exception)
        {
            limit.CancelAfter(AfterFaultMax);
            await Task.WhenAll(asked.OfType<Task>().Select(t => t.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)));
            cancellation.ThrowIfCancellationRequested();
            return Failed(terms, asked);
        }

        return Decode(terms, asked, count, questions.Sum(q => (long)q.Length));
    }

    /// <summary>One question for each seat; the shares and the nonce are fresh.</summary>
    private static ReadOnlyMemory<byte>[] Questions(PredictionTerms terms, ReadOnlyMemory<long> records, int count,
        int? absent, RandomSource randomness)
    {
        Span<byte> nonce = stackalloc byte[Digest.Bytes];
        randomness(nonce);
        var open = new PredictionQuestion(Digest.Read(nonce), terms.Model, absent, count, default, default);
        using SharedInput input = InputSharing.Share(records.Span, randomness);
        var questions = new ReadOnlyMemory<byte>[ExchangeMessages.Parties];
        for (int p = 0; p < questions.Length; p++)
        {
            Member validator = terms.Committee[p];
            byte[] package = input.Packages[p].Encode();
            byte[] content = PackageSealing.Seal(package, validator.EncryptionKey.Span,
                open.SealingContext(terms.Chain, terms.Asker, validator.Id));
            CryptographicOperations.ZeroMemory(package);
            questions[p] = (open with { Shares = input.Commitments, SealedPackage = new ByteString(content) }).Encode();
        }

        return questions;
    }

    /// <summary>A validator that could not be reached is the one to go on without; refusals are final.</summary>
    private static Attempt Failed(PredictionTerms terms, Task<byte[]>?[] asked)
    {
        var reasons = new List<string>();
        int? missing = null;
        for (int p = 0; p < asked.Length; p++)
        {
            if (asked[p] is not { IsCompletedSuccessfully: false } task)
            {
                continue;
            }

            Exception? cause = task.Exception?.InnerException;
            if (cause is not null and not PredictionException and not OperationCanceledException)
            {
                missing ??= p;
            }

            reasons.Add($"{terms.Committee[p].Name}: {cause?.Message ?? "no answer in time"}");
        }

        return new Attempt(null, 0, missing, string.Join("; ", reasons));
    }

    private static Attempt Decode(PredictionTerms terms, Task<byte[]>?[] asked, int count, long bytes)
    {
        var answers = new PredictionAnswer?[asked.Length];
        for (int p = 0; p < asked.Length; p++)
        {
            if (asked[p] is { } task)
            {
                bytes += task.Result.Length;
                answers[p] = PredictionAnswer.TryDecode(task.Result, p, count * terms.Architecture.Classes);
                CryptographicOperations.ZeroMemory(task.Result);
            }
        }

        return new Attempt(answers, bytes, null, "");
    }

    /// <summary>Share j as at least two of its holders tell it.</summary>
    private static PrivateScores Open(
        PredictionTerms terms, Attempt attempt, int count, Member? silent, long began)
    {
        if (attempt.Answers is not { } answers)
        {
            throw new PredictionException($"the committee gave no prediction: {attempt.Fault}");
        }

        int classes = terms.Architecture.Classes;
        long[] sum = PredictionAnswer.TryOpen(answers)
            ?? throw new PredictionException("no two validators tell the same share of the scores: one lies");
        double scale = Math.Pow(2, 2 * terms.FixedPoint.FractionBits);
        ImmutableArray<ImmutableArray<double>> scores = [.. Enumerable.Range(0, count).Select(n =>
            sum.Skip(n * classes).Take(classes).Select(v => v / scale).ToImmutableArray())];
        var told = answers.OfType<PredictionAnswer>().ToArray();
        long bytes = attempt.Bytes + told.Sum(a => a.BytesSent);
        Array.ForEach(told, a => a.Dispose());
        return new PrivateScores(scores, [.. scores.Select(Softmax)], terms.Model,
            Stopwatch.GetElapsedTime(began).TotalSeconds, bytes, told.Max(a => a.Exchanges), silent);
    }

    private static ImmutableArray<double> Softmax(ImmutableArray<double> scores)
    {
        double largest = scores.Max();
        double[] powers = [.. scores.Select(s => Math.Exp(s - largest))];
        return [.. powers.Select(p => p / powers.Sum())];
    }

    private sealed record Attempt(PredictionAnswer?[]? Answers, long Bytes, int? Missing, string Fault);
}
