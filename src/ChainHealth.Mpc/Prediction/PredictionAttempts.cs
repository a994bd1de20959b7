using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using ChainHealth.Primitives;

namespace ChainHealth.Mpc;

/// <summary>What came of an attempt.</summary>
/// <param name="Scores">Null where it failed.</param>
/// <param name="Words">What validators said under their signatures.</param>
/// <param name="Missing">A validator that could not be reached, or that alone refused.</param>
/// <param name="Fault">Why it failed.</param>
internal sealed record PredictionOutcome(Digest Session, PrivateScores? Scores,
    ImmutableArray<PredictionWord> Words, int? Missing, string Fault);

/// <summary>The attempts of one private prediction. Nonce, shares and keys of each are fresh.</summary>
internal sealed class PredictionAttempts(PredictionTerms terms, ReadOnlyMemory<long> records, int count,
    AskValidator ask, RandomSource randomness, long began)
{
    /// <summary>A committee answers within this time, or not at all.</summary>
    private static readonly TimeSpan AnswerMax = TimeSpan.FromSeconds(30);

    /// <summary>Once one validator has failed, the others get this long to say whom they miss.</summary>
    private static readonly TimeSpan AfterFaultMax = TimeSpan.FromMilliseconds(500);

    /// <summary>For the statements of two validators.</summary>
    private static readonly TimeSpan StatementsMax = TimeSpan.FromSeconds(6);

    /// <summary>A validator says that the attempt failed, instead of answering.</summary>
    private sealed class ToldException(PredictionWord word) : Exception(
        $"exchange {word.Exchange}: {word.Kind}, suspect parties {word.Accused} and {word.Witness}")
    {
        public PredictionWord Word { get; } = word;
    }

    public async Task<PredictionOutcome> TryAsync(int? absent, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(AnswerMax);
        (Digest session, ReadOnlyMemory<byte>[] questions) = Questions(absent);
        long bytes = questions.Sum(q => (long)q.Length);
        Task<PredictionAnswer?>?[] asked = [.. terms.Committee.Select((validator, p) => p == absent ? null : Task.Run(
            () => AskAsync(session, p, questions[p], limit.Token), CancellationToken.None))];
        try
        {
            await Task.WhenAll(asked.OfType<Task>());
        }
        catch (Exception)
        {
            limit.CancelAfter(AfterFaultMax);
            await Task.WhenAll(asked.OfType<Task>().Select(t => t.ContinueWith(
                _ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default)));
            cancellation.ThrowIfCancellationRequested();
            return Failed(session, asked);
        }

        return Open(session, [.. asked.Select(t => t?.Result)], absent, bytes);
    }

    /// <summary>Whom the words of a failed attempt name; asks the two whom an open fault names for their statements.
    /// </summary>
    public async Task<PredictionRuling> RuleAsync(PredictionOutcome failed, CancellationToken cancellation)
    {
        if (PredictionDispute.Settled(failed.Words) is { } fault)
        {
            PredictionWord?[] statements = PredictionDispute.WantsStatements(fault)
                ? await Task.WhenAll(StatementAsync(failed.Session, fault, fault.Accused, cancellation),
                    StatementAsync(failed.Session, fault, fault.Witness, cancellation))
                : [null, null];
            return PredictionDispute.OnFault(fault, statements[0], statements[1]);
        }

        return failed.Missing is { } missing
            ? PredictionRuling.One(missing, "") : PredictionDispute.OnSilence(failed.Words);
    }

    /// <summary>Null where the validator states nothing in time.</summary>
    private async Task<PredictionWord?> StatementAsync(
        Digest session, PredictionWord fault, int seat, CancellationToken cancellation)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StatementsMax);
        Member validator = terms.Committee[seat];
        try
        {
            byte[] told = await ask(validator, new PredictionInquiry(
                session, fault.Exchange, fault.Accused, fault.Witness, fault.Reporter).Encode(), limit.Token);
            return PredictionWord.TryDecode(told, session, seat, validator.SigningKey) is { } word
                && word == fault with
                {
                    Kind = PredictionWordKind.Statement, Party = seat, Digests = word.Digests,
                    Signature = word.Signature,
                }
                && word.Digests.Length == fault.Digests.Length ? word : null;
        }
        catch (Exception) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }

    /// <returns>Null where the answer cannot be read.</returns>
    private async Task<PredictionAnswer?> AskAsync(
        Digest session, int party, ReadOnlyMemory<byte> question, CancellationToken cancellation)
    {
        Member validator = terms.Committee[party];
        byte[] told = await ask(validator, question, cancellation);
        if (PredictionWord.TryDecode(told, session, party, validator.SigningKey) is { } word)
        {
            throw new ToldException(word);
        }

        PredictionAnswer? answer = PredictionAnswer.TryDecode(told, party, count * terms.Architecture.Classes);
        CryptographicOperations.ZeroMemory(told);
        return answer;
    }

    /// <summary>One question for each seat.</summary>
    private (Digest Session, ReadOnlyMemory<byte>[] Questions) Questions(int? absent)
    {
        Span<byte> nonce = stackalloc byte[Digest.Bytes];
        randomness(nonce);
        using SharedInput input = InputSharing.Share(records.Span, randomness);
        var open = new PredictionQuestion(
            Digest.Read(nonce), terms.Model, absent, count, input.Commitments, default);
        var questions = new ReadOnlyMemory<byte>[ExchangeMessages.Parties];
        for (int p = 0; p < questions.Length; p++)
        {
            Member validator = terms.Committee[p];
            byte[] package = input.Packages[p].Encode();
            byte[] content = PackageSealing.Seal(package, validator.EncryptionKey.Span,
                open.SealingContext(terms.Chain, terms.Asker, validator.Id));
            CryptographicOperations.ZeroMemory(package);
            questions[p] = (open with { SealedPackage = new ByteString(content) }).Encode();
        }

        return (open.SessionId(terms.Chain, terms.Asker), questions);
    }

    private PredictionOutcome Failed(Digest session, Task<PredictionAnswer?>?[] asked)
    {
        var reasons = new List<string>();
        var words = ImmutableArray.CreateBuilder<PredictionWord>();
        var unreachable = new List<int>();
        var refusing = new List<int>();
        for (int p = 0; p < asked.Length; p++)
        {
            if (asked[p] is not { IsCompletedSuccessfully: false } task)
            {
                continue;
            }

            Exception? cause = task.Exception?.InnerException;
            reasons.Add($"{terms.Committee[p].Name}: {cause?.Message ?? "no answer in time"}");
            switch (cause)
            {
                case ToldException told:
                    words.Add(told.Word);
                    break;
                case PredictionException:
                    refusing.Add(p);
                    break;
                case null or OperationCanceledException:
                    break;
                default:
                    unreachable.Add(p);
                    break;
            }
        }

        // What all refuse is not to be had; one that refuses alone is as good as not there.
        int? missing = unreachable.Count > 0 ? unreachable[0] : refusing.Count == 1 ? refusing[0] : null;
        return new PredictionOutcome(session, null, words.ToImmutable(), missing, string.Join("; ", reasons));
    }

    /// <summary>Share j as at least two of its holders tell it; of four, one that tells another is named.</summary>
    private PredictionOutcome Open(Digest session, PredictionAnswer?[] answers, int? absent, long bytes)
    {
        if (PredictionAnswer.TryOpen(answers) is not { } sum)
        {
            return new PredictionOutcome(
                session, null, [], null, "no two validators tell the same share of the scores: one lies");
        }

        int classes = terms.Architecture.Classes;
        double scale = Math.Pow(2, 2 * terms.FixedPoint.FractionBits);
        ImmutableArray<ImmutableArray<double>> scores = [.. Enumerable.Range(0, count).Select(n =>
            sum.Skip(n * classes).Take(classes).Select(v => v / scale).ToImmutableArray())];
        PredictionAnswer[] told = [.. answers.OfType<PredictionAnswer>()];
        int[] liars = absent is null
            ? [.. Enumerable.Range(0, answers.Length).Where(p => !PredictionAnswer.Agrees(answers, p))] : [];
        long sent = bytes + told.Sum(a => a.BytesSent + a.EncodedBytes);
        Array.ForEach(told, a => a.Dispose());
        return new PredictionOutcome(session, new PrivateScores(
            scores, [.. scores.Select(Softmax)], terms.Model, Stopwatch.GetElapsedTime(began).TotalSeconds, sent,
            told.Max(a => a.Exchanges), absent is { } seat ? terms.Committee[seat] : null)
        {
            Suspects = [.. liars.Select(p => terms.Committee[p])],
            Conflict = liars.Length == 0 ? ""
                : $"{terms.Committee[liars[0]].Name}: told another share of the scores than the others",
        }, [], null, "");
    }

    private static ImmutableArray<double> Softmax(ImmutableArray<double> scores)
    {
        double largest = scores.Max();
        double[] powers = [.. scores.Select(s => Math.Exp(s - largest))];
        return [.. powers.Select(p => p / powers.Sum())];
    }
}
