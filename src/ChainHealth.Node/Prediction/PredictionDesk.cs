using System.Collections.Immutable;
using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Ledger;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Private predictions for members: a committee session on demand, in which this validator computes its part.
/// It never learns the record, the scores or the answer. Limited in size (by the decoder), in number and in rate.
/// </summary>
internal sealed class PredictionDesk(
    MemberIdentity identity, ChainView view, ModelStore models, CommitteeSessions sessions, TimeProvider time)
{
    /// <summary>The asker writes to all four at once.</summary>
    private static readonly TimeSpan MeetMax = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestMax = TimeSpan.FromSeconds(30);

    /// <summary>The own part of an attempt ends when a peer has hung up.</summary>
    private static readonly TimeSpan StateMax = TimeSpan.FromSeconds(5);

    private readonly PredictionGate _gate = new(time);
    private readonly PredictionWitness _witness = new(identity.SigningKey);

    /// <exception cref="ClientApiException">The question is not served; the message says why.</exception>
    public async ValueTask<byte[]> AnswerAsync(Member asker, byte[] content, CancellationToken cancellation)
    {
        if (PredictionInquiry.IsMeant(content))
        {
            return await StateAsync(asker, content, cancellation);
        }

        PredictionQuestion question = PredictionQuestion.TryDecode(content, out string? fault)
            ?? throw new ClientApiException($"question: {fault}");
        RunState run = view.State.Runs.Values.LastOrDefault(r => r.Model == question.Model)
            ?? throw new ClientApiException($"model {question.Model.Short} is not the current model of any run");
        int party = run.Plan.Committee.IndexOf(identity.Member.Id);
        if (party < 0 || party == question.Absent)
        {
            throw new ClientApiException($"this validator does not compute for run {run.Id}");
        }

        if (_gate.TryEnter(asker.Id) is { } busy)
        {
            throw new ClientApiException(busy);
        }

        try
        {
            return await ComputeAsync(asker, question, run, party, cancellation);
        }
        finally
        {
            _gate.Leave(asker.Id);
        }
    }

    private async Task<byte[]> ComputeAsync(
        Member asker, PredictionQuestion question, RunState run, int party, CancellationToken cancellation)
    {
        GlobalModel model = (models.Read(question.Model) is { } bytes
            ? GlobalModel.TryDecode(bytes, run.Plan.Architecture, out _) : null)
            ?? throw new ClientApiException($"model {question.Model.Short} is not here");
        using SharePackage records = Open(asker, question, run, party);
        var job = new PredictionJob(
            run.Plan.Architecture, run.Plan.Format, model.Weights.AsMemory(), records, question.Records);
        if (SecurePrediction.Fault(job) is { } fault)
        {
            throw new ClientApiException(fault);
        }

        ImmutableArray<Member> committee = [.. run.Plan.Committee.Select(id => view.State.Members[id])];
        var journal = new DisputeJournal();
        var terms = new SessionTerms(
            question.SessionId(identity.Chain, asker.Id), committee, question.Absent, MeetMax, journal);
        if (!_witness.TryBegin(terms.Id, asker.Id, party))
        {
            throw new ClientApiException("this question was asked before");
        }

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(LongestMax);
        try
        {
            (PredictionAnswer answer, _) = await sessions.RunAsync(
                terms, s => SecurePrediction.RunAsync(s, job, limit.Token), limit.Token);
            using (answer)
            {
                return answer.Encode();
            }
        }
        catch (MpcAbortException e)
        {
            return _witness.Tell(terms.Id, party, e);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ClientApiException($"the committee did not finish within {LongestMax.TotalSeconds:0} s");
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            throw new ClientApiException("a connection between the validators broke");
        }
        finally
        {
            _witness.End(terms.Id, journal);
        }
    }

    /// <summary>What this validator sent or vouched for in an attempt that failed.</summary>
    private async Task<byte[]> StateAsync(Member asker, byte[] content, CancellationToken cancellation)
    {
        PredictionInquiry inquiry = PredictionInquiry.TryDecode(content)
            ?? throw new ClientApiException("question: no inquiry");
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        limit.CancelAfter(StateMax);
        try
        {
            return await _witness.StateAsync(asker.Id, inquiry, limit.Token)
                ?? throw new ClientApiException("there is no copy of that exchange here");
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            throw new ClientApiException("the attempt has not ended here");
        }
    }

    private SharePackage Open(Member asker, PredictionQuestion question, RunState run, int party)
    {
        int elements = question.Records * run.Plan.Architecture.Input.Elements;
        byte[]? package = PackageSealing.TryOpen(
            question.SealedPackage.Span, identity.EncryptionKey!,
            question.SealingContext(identity.Chain, asker.Id, identity.Member.Id), PredictionQuestion.BytesMax)
            ?? throw new ClientApiException("the shares were not sealed to this validator and question");
        SharePackage? shares = SharePackage.TryDecode(package, elements, out string? fault);
        CryptographicOperations.ZeroMemory(package);
        if (shares is null || !shares.Verify(party, question.Shares, elements))
        {
            shares?.Dispose();
            throw new ClientApiException(fault ?? "the shares are not those that the question commits to");
        }

        return shares;
    }
}
