namespace ChainHealth.Learning.Tests;

public sealed class RuntimePatchTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Preparing_twice_is_harmless_and_torch_works()
    {
        TorchRuntime.Prepare();
        TorchRuntime.Prepare();

        Assert.Equal(1, TorchSharp.torch.get_num_threads());
    }

    [Fact]
    public void A_file_that_is_no_library_or_needs_nothing_is_left_alone()
    {
        if (!OperatingSystem.IsLinux())
        {
            Assert.False(OperatingSystem.IsLinux());
            return;
        }

        string path = folder.Write("x.so", new string('x', 200));
        DateTime before = File.GetLastWriteTimeUtc(path);

        Assert.False(LibTorchSharpPatch.ApplyTo(path));
        Assert.Equal(before, File.GetLastWriteTimeUtc(path));
        Assert.Single(Directory.GetFiles(folder.Folder));
    }

    [Fact]
    public void The_patched_library_needs_no_second_patch()
    {
        string built = Path.Combine(AppContext.BaseDirectory, "runtimes/linux-x64/native/libLibTorchSharp.so");
        if (OperatingSystem.IsLinux() && File.Exists(built))
        {
            string copy = folder["libLibTorchSharp.so"];
            File.Copy(built, copy);

            LibTorchSharpPatch.ApplyTo(copy);
            byte[] once = File.ReadAllBytes(copy);

            Assert.False(LibTorchSharpPatch.ApplyTo(copy));
            Assert.Equal(once, File.ReadAllBytes(copy));
        }
    }
}
