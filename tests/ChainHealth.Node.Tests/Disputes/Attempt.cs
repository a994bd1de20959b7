using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using ChainHealth.Mpc;
using ChainHealth.Primitives;

namespace ChainHealth.Node.Tests;

/// <summary>What one party has after an attempt.</summary>
internal sealed record PartyEnd(CheckResult? Result, MpcAbortException? Abort, DisputeJournal Journal);

/// <summary>One attempt of a check over sockets, in which one party may lie. A party that stops hangs up, as a
/// validator does.</summary>
internal static class Attempt
{
    private static readonly TimeSpan SilenceMax = TimeSpan.FromSeconds(1);

    /// <returns>By party; null for the absent one.</returns>
    public static async Task<(PartyEnd?[] Ends, LyingNetwork? Liar)> RunAsync(
        CheckJob[] jobs, int? absent, int liar, Lie lie, int target)
    {
        TlsPartyNetwork[] networks = await ConnectAsync(absent);
        LyingNetwork? lying = liar == absent ? null : new LyingNetwork(networks[liar], lie, target);
        PartyEnd?[] ends = await Task.WhenAll(networks.Select((network, p) => p == absent
            ? Task.FromResult<PartyEnd?>(null)
            : Task.Run(() => RunAsync(jobs[p], p == liar ? lying! : network, network, absent))));
        return (ends, lying);
    }

    private static async Task<PartyEnd?> RunAsync(
        CheckJob job, IPartyNetwork network, TlsPartyNetwork owned, int? absent)
    {
        var journal = new DisputeJournal();
        try
        {
            using MpcSession session = await MpcSession.StartAsync(
                network, Digest.Zero, RandomNumberGenerator.Fill, CancellationToken.None, absent, journal: journal);
            CheckResult result = await PoisoningCheck.RunAsync(session, job, CancellationToken.None);
            return new PartyEnd(result, null, journal);
        }
        catch (MpcAbortException abort)
        {
            return new PartyEnd(null, abort, journal);
        }
        finally
        {
            owned.Dispose();
        }
    }

    private static async Task<TlsPartyNetwork[]> ConnectAsync(int? absent)
    {
        var streams = new Stream?[ExchangeMessages.Parties, ExchangeMessages.Parties];
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        for (int a = 0; a < ExchangeMessages.Parties; a++)
        {
            for (int b = a + 1; b < ExchangeMessages.Parties; b++)
            {
                if (a == absent || b == absent)
                {
                    continue;
                }

                var dialled = new TcpClient { NoDelay = true };
                await dialled.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
                TcpClient accepted = await listener.AcceptTcpClientAsync();
                accepted.NoDelay = true;
                (streams[a, b], streams[b, a]) = (dialled.GetStream(), accepted.GetStream());
            }
        }

        return [.. Enumerable.Range(0, ExchangeMessages.Parties).Select(p => new TlsPartyNetwork(
            p, [.. Enumerable.Range(0, ExchangeMessages.Parties).Select(q => streams[p, q])], SilenceMax))];
    }
}
