using System.Collections.Concurrent;
using ChainHealth.Client;
using ChainHealth.Primitives;

namespace ChainHealth.Node;

/// <summary>Brings the streams of one SMPC session together. Of each pair the member with the lower number dials; the
/// first bytes name the session, so that two attempts never mix, and the accepting side answers with one byte when its
/// own job has begun: until then the dialler may lose the connection and dial again.</summary>
internal sealed class CommitteeLinks(LinkIdentity self, MemberId own, TimeProvider time)
{
    private const byte Ready = 1;

    private static readonly TimeSpan PreambleTimeout = TimeSpan.FromSeconds(5);

    /// <summary>How long a connection waits for the job here to begin. The dialler tries again after it.</summary>
    private static readonly TimeSpan ParkedMax = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<(Digest Session, MemberId Peer), TaskCompletionSource<Parked>> _waiting =
        new();

    /// <summary>For the listener: serves a connection of purpose smpc until the session is done with it.</summary>
    public async Task ServeAsync(SecureConnection connection, CancellationToken stopping)
    {
        var preamble = new byte[Digest.Bytes];
        using (var limit = CancellationTokenSource.CreateLinkedTokenSource(stopping))
        {
            limit.CancelAfter(PreambleTimeout);
            await connection.Stream.ReadExactlyAsync(preamble, limit.Token);
        }

        var key = (Digest.Read(preamble), connection.Peer.Id);
        var parked = new Parked(connection.Stream);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(ParkedMax);
        while (!Slot(key).TrySetResult(parked))
        {
            // An older connection of the same session: it was lost, or the peer would not have dialled again.
            _waiting.TryRemove(key, out _);
        }

        try
        {
            await parked.Claimed.WaitAsync(patience.Token);
        }
        catch (OperationCanceledException) when (!parked.TryAbandon())
        {
            // Claimed at the last moment.
        }

        if (parked.Abandoned)
        {
            _waiting.TryRemove(key, out _);
            return;
        }

        await parked.Done.WaitAsync(stopping);
    }

    /// <summary>The stream of this session with a peer; tries until it stands or the job is given up.</summary>
    public Task<SessionLink> ConnectAsync(Member peer, Digest session, CancellationToken cancellation) =>
        own.CompareTo(peer.Id) < 0
            ? DialAsync(peer, session, cancellation)
            : AwaitAsync(peer.Id, session, cancellation);

    private TaskCompletionSource<Parked> Slot((Digest, MemberId) key) =>
        _waiting.GetOrAdd(
            key, _ => new TaskCompletionSource<Parked>(TaskCreationOptions.RunContinuationsAsynchronously));

    private async Task<SessionLink> AwaitAsync(MemberId peer, Digest session, CancellationToken cancellation)
    {
        while (true)
        {
            Parked parked;
            try
            {
                parked = await Slot((session, peer)).Task.WaitAsync(cancellation);
            }
            finally
            {
                _waiting.TryRemove((session, peer), out _);
            }

            if (!parked.TryClaim())
            {
                continue;
            }

            try
            {
                await parked.Stream.WriteAsync(new[] { Ready }, cancellation);
                return new SessionLink(parked.Stream, parked.Release);
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException or InvalidOperationException)
            {
                // It hung up while it waited; it will come again.
                parked.Release();
            }
        }
    }

    private async Task<SessionLink> DialAsync(Member peer, Digest session, CancellationToken cancellation)
    {
        var backOff = new BackOff(TimeSpan.FromMilliseconds(50), TimeSpan.FromSeconds(2));
        while (true)
        {
            SecureConnection? connection = null;
            try
            {
                connection = await SecureDialer.ConnectAsync(peer, self, LinkPurpose.Smpc, cancellation);
                await connection.Stream.WriteAsync(session.ToArray(), cancellation);
                var answer = new byte[1];
                await connection.Stream.ReadExactlyAsync(answer, cancellation);
                SecureConnection kept = connection;
                connection = null;
                return new SessionLink(kept.Stream, kept.Abort);
            }
            catch (Exception e) when (e is LinkException or IOException)
            {
                await Task.Delay(backOff.Next(), time, cancellation);
            }
            finally
            {
                connection?.Abort();
            }
        }
    }

    /// <summary>An accepted connection that waits for its job: either claimed or abandoned, never both.</summary>
    private sealed class Parked(Stream stream)
    {
        private readonly TaskCompletionSource _claimed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly TaskCompletionSource _done = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private int _fate;

        public Stream Stream { get; } = stream;

        public Task Claimed => _claimed.Task;

        public Task Done => _done.Task;

        public bool Abandoned => Volatile.Read(ref _fate) == 2;

        public bool TryClaim()
        {
            bool claimed = Interlocked.CompareExchange(ref _fate, 1, 0) == 0;
            if (claimed)
            {
                _claimed.SetResult();
            }

            return claimed;
        }

        public bool TryAbandon() => Interlocked.CompareExchange(ref _fate, 2, 0) == 0;

        public void Release() => _done.TrySetResult();
    }
}

/// <summary>A stream that one session uses; disposing hands it back to who owns the connection.</summary>
internal sealed class SessionLink(Stream stream, Action release) : IDisposable
{
    public Stream Stream { get; } = stream;

    public void Dispose() => release();
}
