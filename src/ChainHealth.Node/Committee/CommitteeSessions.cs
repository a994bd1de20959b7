using System.Collections.Immutable;
using System.Diagnostics;
using System.Security.Cryptography;
using ChainHealth.Client;
using ChainHealth.Federation;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Who computes in a session and how long it waits.</summary>
/// <param name="Id">Unique to this attempt; all parties derive the same.</param>
/// <param name="Committee">The four members by party.</param>
/// <param name="Absent">The empty seat; null: all four.</param>
/// <param name="MeetMax">A member that has not come together with this one after this time is named as silent.</param>
/// <param name="Journal">What can be said about the session if it fails.</param>
internal sealed record SessionTerms(
    Digest Id, ImmutableArray<Member> Committee, int? Absent, TimeSpan MeetMax, DisputeJournal Journal);

/// <summary>Brings the parties of a session together, agrees on keys and runs a computation at this party.</summary>
internal sealed class CommitteeSessions(MemberId self, CommitteeLinks links, SmpcMeter meter)
{
    /// <summary>A party that does not answer for so long in one exchange is given up.</summary>
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(15);

    private readonly RingMemory _memory = new();

    /// <exception cref="MpcAbortException">A party deviated or is silent; exchange 0 where it never came.</exception>
    public async Task<(T Result, JobCost Cost)> RunAsync<T>(
        SessionTerms terms, Func<MpcSession, ValueTask<T>> compute, CancellationToken cancellation)
    {
        int party = PartyOf(terms.Committee);
        SessionLink?[] connected = await MeetAsync(terms, party, cancellation);
        try
        {
            using var network = new TlsPartyNetwork(party, [.. connected.Select(l => l?.Stream)], SilenceMax, meter);
            long began = Stopwatch.GetTimestamp();
            using MpcSession session = await MpcSession.StartAsync(
                network, terms.Id, RandomNumberGenerator.Fill, cancellation, terms.Absent, _memory, terms.Journal);
            T result = await compute(session);
            var elapsed = (int)Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            return (result, new JobCost(network.BytesSent, (int)network.Exchanges, elapsed));
        }
        finally
        {
            Array.ForEach(connected, l => l?.Dispose());
        }
    }

    private int PartyOf(ImmutableArray<Member> committee)
    {
        for (int p = 0; p < committee.Length; p++)
        {
            if (committee[p].Id == self)
            {
                return p;
            }
        }

        throw new ArgumentException("this validator is not in the committee", nameof(committee));
    }

    private async Task<SessionLink?[]> MeetAsync(SessionTerms terms, int party, CancellationToken cancellation)
    {
        using var allOrNone = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        allOrNone.CancelAfter(terms.MeetMax);
        Task<SessionLink>?[] pending = [.. terms.Committee.Select((member, p) =>
            p == party || p == terms.Absent ? null : links.ConnectAsync(member, terms.Id, allOrNone.Token))];
        try
        {
            await Task.WhenAll(pending.OfType<Task<SessionLink>>());
            return [.. pending.Select(p => p?.Result)];
        }
        catch (Exception e)
        {
            int silent = Array.FindIndex(pending, p => p is { IsCompletedSuccessfully: false });
            await allOrNone.CancelAsync();
            Array.ForEach(pending, p => p?.ContinueWith(
                t => t.Result.Dispose(), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion,
                TaskScheduler.Default));
            cancellation.ThrowIfCancellationRequested();
            throw e is OperationCanceledException && silent >= 0
                ? new MpcAbortException(AbortCause.Silent, 0, silent, silent) : e;
        }
    }
}
