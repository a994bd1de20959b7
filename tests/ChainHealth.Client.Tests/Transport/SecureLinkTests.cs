using System.Buffers.Binary;
using CsCheck;

namespace ChainHealth.Client.Tests;

public sealed class SecureLinkTests(TestNetwork network) : IClassFixture<TestNetwork>
{
    private static readonly LinkOptions Patient = new() { FrameBytesMax = 4_000_000 };

    [Fact]
    public async Task Frames_of_all_sizes_arrive_in_order_and_whole()
    {
        await using var pair = new LinkPair(network);
        await using var near = new SecureLink(await pair.DialAsync(), Patient);
        await using var far = new SecureLink(await pair.Accepted, Patient);
        var random = new Random(11);
        int[] sizes = [0, 1, 5, 32 * 1024, (32 * 1024) + 1, 70_000, 3_999_999, 17, .. Enumerable.Range(0, 300)
            .Select(_ => random.Next(0, 3000)), 4_000_000];

        Task sending = Task.Run(async () =>
        {
            for (int i = 0; i < sizes.Length; i++)
            {
                await near.SendAsync((byte)(i % 200), Pattern(i, sizes[i]), CancellationToken.None);
            }
        });
        for (int i = 0; i < sizes.Length; i++)
        {
            Frame frame = (await far.ReceiveAsync(CancellationToken.None))!.Value;
            Assert.Equal((byte)(i % 200), frame.Kind);
            Assert.True(Pattern(i, sizes[i]).AsSpan().SequenceEqual(frame.Payload.Span), $"frame {i}");
        }

        await sending;
        Assert.Equal(near.BytesSent, far.BytesReceived);
    }

    [Fact]
    public async Task Many_senders_at_once_lose_and_mix_nothing()
    {
        const int Senders = 8;
        const int Each = 500;
        await using var pair = new LinkPair(network);
        await using var near = new SecureLink(await pair.DialAsync(), Patient);
        await using var far = new SecureLink(await pair.Accepted, Patient);

        Task[] senders = [.. Enumerable.Range(0, Senders).Select(s => Task.Run(async () =>
        {
            for (int i = 0; i < Each; i++)
            {
                byte[] payload = Pattern(i, i % 50 == 0 ? 40_000 : 20);
                if (i % 2 == 0)
                {
                    await near.SendAsync((byte)s, payload, CancellationToken.None);
                }
                else
                {
                    Assert.True(near.TrySend((byte)s, payload));
                }
            }
        }))];
        var next = new int[Senders];
        for (int n = 0; n < Senders * Each; n++)
        {
            Frame frame = (await far.ReceiveAsync(CancellationToken.None))!.Value;
            int i = next[frame.Kind]++;
            Assert.True(Pattern(i, i % 50 == 0 ? 40_000 : 20).AsSpan().SequenceEqual(frame.Payload.Span));
        }

        await Task.WhenAll(senders);
    }

    [Theory]
    [InlineData(new byte[] { 0, 0, 0, 0, 1 }, "empty frame")]
    [InlineData(new byte[] { 2, 4, 0, 0, 1 }, "frame of kind 1 with 1025 bytes; at most 1024 allowed")]
    [InlineData(new byte[] { 255, 255, 255, 255, 1 }, "at most 1024 allowed")]
    [InlineData(new byte[] { 10, 4, 0, 0, 2 }, "ended within a frame")]
    [InlineData(new byte[] { 1, 0, 0 }, "ended within a frame")]
    [InlineData(new byte[] { 3, 0, 0, 0, 0xFF, 1, 2 }, "at most 0 allowed")]
    public async Task A_frame_that_cannot_be_closes_the_link(byte[] bytes, string expected)
    {
        await using var pair = new LinkPair(network);
        SecureConnection near = await pair.DialAsync();
        await using var far = new SecureLink(await pair.Accepted, new LinkOptions
        {
            FrameBytesMax = 1024, FrameBytesMaxOfKind = new Dictionary<byte, int> { [2] = 5000 },
        });
        await near.Stream.WriteAsync(bytes);
        await near.DisposeAsync();

        Assert.Null(await far.ReceiveAsync(CancellationToken.None));
        Assert.Contains(expected, far.CloseReason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Silence_is_hung_up_on_and_keep_alives_prevent_it()
    {
        var hasty = new LinkOptions { IdleTimeout = TimeSpan.FromMilliseconds(1500) };
        await using var pair = new LinkPair(network);
        await using SecureConnection silent = await pair.DialAsync();
        await using var far = new SecureLink(await pair.Accepted, hasty);
        await using var second = new LinkPair(network);
        await using var lively = new SecureLink(await second.DialAsync(), hasty);
        await using var farLively = new SecureLink(await second.Accepted, hasty);
        Task<Frame?> kept = farLively.ReceiveAsync(CancellationToken.None).AsTask();

        Assert.Null(await far.ReceiveAsync(CancellationToken.None));
        Assert.Equal("heard nothing for 1.5 s", far.CloseReason);
        Assert.False(kept.IsCompleted);
        Assert.True(lively.TrySend(9, default));
        Assert.Equal(9, (await kept)!.Value.Kind);
    }

    [Fact]
    public async Task A_frame_that_drips_in_is_cut_off()
    {
        var hasty = new LinkOptions { FrameTimeout = TimeSpan.FromMilliseconds(300), BytesPerSecondMin = 1_000_000 };
        await using var pair = new LinkPair(network);
        await using SecureConnection near = await pair.DialAsync();
        await using var far = new SecureLink(await pair.Accepted, hasty);
        Task<Frame?> receive = far.ReceiveAsync(CancellationToken.None).AsTask();
        byte[] drip = new byte[200];
        BinaryPrimitives.WriteInt32LittleEndian(drip, 200);
        const int headerBytes = 5;

        // The header at once, so that the reason names the frame's length however slow the machine is.
        await near.Stream.WriteAsync(drip.AsMemory(0, headerBytes));
        for (int i = headerBytes; i < drip.Length && !receive.IsCompleted; i++)
        {
            await near.Stream.WriteAsync(drip.AsMemory(i, 1));
            await Task.WhenAny(receive, BackOff.WaitAsync(TimeSpan.FromMilliseconds(20 + (i % 2)), default));
        }

        Assert.Null(await receive);
        Assert.Equal("a frame of 204 bytes was not complete in time", far.CloseReason);
    }

    [Fact]
    public async Task A_peer_that_does_not_read_fills_the_queue_and_is_cut_off()
    {
        var hasty = new LinkOptions
        {
            FrameTimeout = TimeSpan.FromMilliseconds(400), QueueBytesMax = 100_000, FrameBytesMax = 50_000_000,
        };
        await using var pair = new LinkPair(network);
        await using var near = new SecureLink(await pair.DialAsync(), hasty);
        await pair.Accepted;

        Task large = near.SendAsync(1, new byte[40_000_000], CancellationToken.None).AsTask();
        Assert.False(near.TrySend(1, new byte[10]));
        Task waits = near.SendAsync(1, new byte[10], CancellationToken.None).AsTask();

        await Assert.ThrowsAsync<LinkException>(() => large);
        await Assert.ThrowsAsync<LinkException>(() => waits);
        Assert.Equal("the other side does not read", near.CloseReason);
        Assert.False(near.TrySend(1, default));
    }

    [Fact]
    public async Task A_peer_that_sends_faster_than_its_rate_is_read_slower_and_loses_nothing()
    {
        var options = new LinkOptions { FramesPerSecondMax = 50 };
        await using var pair = new LinkPair(network);
        await using var sender = new SecureLink(await pair.DialAsync(), Patient);
        await using var reader = new SecureLink(await pair.Accepted, options);
        long began = System.Diagnostics.Stopwatch.GetTimestamp();
        for (int i = 0; i < 100; i++)
        {
            await sender.SendAsync(1, BitConverter.GetBytes(i), default);
        }

        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(i, BitConverter.ToInt32((await reader.ReceiveAsync(default))!.Value.Payload.Span));
        }

        // Fifty at once, the other fifty within one second.
        Assert.True(System.Diagnostics.Stopwatch.GetElapsedTime(began).TotalSeconds > 0.9);
    }

    [Fact]
    public async Task Random_bytes_never_do_more_than_close_the_link()
    {
        await Gen.Byte.Array[1, 2000].Array[1, 4].SampleAsync(
            async chunks =>
            {
                using var stream = new MemoryStream([.. chunks.SelectMany(c => c)]);
                using var reader = new FrameReader(stream, new LinkOptions { FrameBytesMax = 1 << 30 });
                try
                {
                    while (await reader.ReadAsync(CancellationToken.None) is { } frame)
                    {
                        Assert.True(frame.Payload.Length < 8000);
                    }
                }
                catch (LinkException)
                {
                    Assert.True(reader.BytesRead > 0);
                }
            },
            iter: 2000);
    }

    private static byte[] Pattern(int seed, int length)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
