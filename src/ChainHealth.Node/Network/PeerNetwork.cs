using System.Collections.Immutable;
using ChainHealth.Client;
using ChainHealth.Consensus;
using ChainHealth.Ledger;
using ChainHealth.Primitives;
using Microsoft.Extensions.Logging;

namespace ChainHealth.Node;

/// <summary>The other validators: one connection to each, made by the one with the higher number and made again when it
/// ends.</summary>
internal sealed class PeerNetwork(
    LinkIdentity identity, ReplicaId self, ImmutableArray<Member> validators, NodeStore store, ILogger logger)
    : IPeers
{
    /// <summary>A validator that comes back is connected to in little more than a second.</summary>
    private static readonly TimeSpan RedialFirst = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan RedialLast = TimeSpan.FromSeconds(1);

    private readonly ImmutableArray<PeerLink> _peers = [.. validators
        .Select((member, i) => new PeerLink(member, new ReplicaId((byte)i))).Where(p => p.Replica != self)];

    public int Connected => _peers.Count(p => p.IsConnected);

    public long BytesSent => _peers.Sum(p => p.BytesSent);

    public ImmutableArray<PeerLink> Peers => _peers;

    /// <summary>Keeps the connections that are ours to make. Ends when cancelled.</summary>
    public Task DialAsync(PeerInbox inbox, CancellationToken stopping) => Task.WhenAll(
        _peers.Where(p => p.Replica.CompareTo(self) < 0).Select(p => Redial.RunAsync(
            p.Member, identity, LinkPurpose.Consensus, (c, stop) => UseAsync(p, c, inbox, stop),
            reason => NodeLog.Network(logger, reason), stopping, new BackOff(RedialFirst, RedialLast))));

    /// <summary>A validator connected to us. Returns when the connection ends.</summary>
    public Task ServeAsync(SecureConnection connection, PeerInbox inbox, CancellationToken stopping)
    {
        PeerLink? peer = _peers.FirstOrDefault(p => p.Member.Id == connection.Peer.Id);
        return peer is null ? Task.CompletedTask : UseAsync(peer, connection, inbox, stopping);
    }

    public void Send(ReplicaId to, ReadOnlySpan<byte> message) =>
        _peers.FirstOrDefault(p => p.Replica == to)?.TrySend(PeerKind.Consensus, message);

    public void Broadcast(ReadOnlySpan<byte> message) => Broadcast(PeerKind.Consensus, message);

    public void Broadcast(PeerKind kind, ReadOnlySpan<byte> payload)
    {
        foreach (PeerLink peer in _peers)
        {
            peer.TrySend(kind, payload);
        }
    }

    public void ServeBlocks(ReplicaId to, Height from, int count) => _ = Task.Run(() =>
    {
        try
        {
            byte[] response = ConsensusMessageCodec.Encode(Blocks(from, count));
            Send(to, response);
        }
        catch (StoreException e)
        {
            NodeLog.Fatal(logger, e.Message);
        }
    });

    public void ServeChunk(ReplicaId to, Height height, int index) => _ = Task.Run(() =>
    {
        try
        {
            if (store.Snapshots.ReadChunk(height, index) is { } chunk)
            {
                Send(to, ConsensusMessageCodec.Encode(new ChunkResponse(height, (ushort)index, chunk)));
            }
        }
        catch (IOException)
        {
            // A newer snapshot has taken its place: the peer asks another one, or begins anew.
        }
    });

    public void Drop(ReplicaId peer, string reason)
    {
        if (_peers.FirstOrDefault(p => p.Replica == peer) is { } liar)
        {
            NodeLog.Misbehaved(logger, liar.Member.Name, reason);
            liar.Close(reason);
        }
    }

    private BlockResponse Blocks(Height from, int count)
    {
        var given = ImmutableArray.CreateBuilder<CertifiedProposal>();
        long bytes = 0;
        for (Height height = from; given.Count < count; height = height.Next)
        {
            if (store.Blocks.Read(height) is not { } stored || (given.Count > 0
                && bytes + stored.Record.Length > ConsensusLimits.ResponsePayloadBytes))
            {
                break;
            }

            var reader = new CanonicalReader(stored.Block.Span);
            BlockHeader header = BlockCodec.ReadHeader(ref reader);
            QuorumCertificate certificate = stored.Certificate();
            var payload = new ByteString(stored.Block.ToArray());
            given.Add(new CertifiedProposal(
                new Proposal(height, header.Parent, certificate.Block, payload), certificate));
            bytes += stored.Record.Length;
        }

        return new BlockResponse(given.ToImmutable());
    }

    private async Task UseAsync(
        PeerLink peer, SecureConnection connection, PeerInbox inbox, CancellationToken stopping)
    {
        await using var link = new SecureLink(connection, PeerLink.Options);
        peer.Use(link);
        NodeLog.Connected(logger, peer.Member.Name);
        try
        {
            await inbox.OpenedAsync(peer, stopping);
            while (await link.ReceiveAsync(stopping) is { } frame)
            {
                if (await inbox.TakeAsync(peer, frame, stopping) is { } fault)
                {
                    NodeLog.Misbehaved(logger, peer.Member.Name, fault);
                    link.Close(fault);
                    break;
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            link.Close("stopping");
        }
        finally
        {
            peer.Drop(link);
            NodeLog.Disconnected(logger, peer.Member.Name, link.CloseReason ?? "ended");
        }
    }
}
