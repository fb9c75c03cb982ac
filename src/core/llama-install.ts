/** What to do where node-llama-cpp is missing. */
export const llamaInstall =
  'npm install node-llama-cpp (850 MB with the builds for GPUs; 85 MB without: npm install --ignore-scripts --omit=optional node-llama-cpp @node-llama-cpp/linux-x64, or the one of your platform)'
