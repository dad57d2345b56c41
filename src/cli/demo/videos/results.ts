import type { Client } from '../../client.ts';
import type { Detection } from '../follow.ts';
import type { Picture } from '../pictures.ts';

/** One thing of a video, counted once in however many frames it is. */
export type Track = Pick<Detection, 'catalogItem' | 'confidence'>;

/** A frame of a video with what was found on it; boxes in pixels of the frame. */
export interface Frame {
  timeSeconds: number;
  width: number;
  height: number;
  detections: Detection[];
}

/** How the analysis of a video ended. */
export interface VideoEnding {
  video: Picture;
  status: string;
  failure: string | null;
  /** 0 unless it SUCCEEDED, as are the lists empty. */
  sampledFrames: number;
  tracks: Track[];
  /** Evenly distributed over the video, for its contact sheet. */
  frames: Frame[];
}

const tracksQuery = /* GraphQL */ `
  query Tracks($id: ID!, $after: String) {
    node(id: $id) {
      ... on VideoAnalysis {
        tracks(first: 100, after: $after) {
          nodes { confidence catalogItem { id name } }
          pageInfo { hasNextPage endCursor }
        }
      }
    }
  }
`;

const frameQuery = /* GraphQL */ `
  query Frame($id: ID!, $fromSeconds: Float!) {
    node(id: $id) {
      ... on VideoAnalysis {
        frames(first: 1, fromSeconds: $fromSeconds) {
          nodes {
            timeSeconds
            width
            height
            detections { box { x y width height } confidence catalogItem { id name } }
          }
        }
      }
    }
  }
`;

interface TracksResult {
  node: { tracks: { nodes: Track[]; pageInfo: { hasNextPage: boolean; endCursor: string | null } } };
}

/** All things that at least two frames show. */
export async function listTracks(client: Client, id: string): Promise<Track[]> {
  const tracks: Track[] = [];
  for (let after: string | null = null; ; ) {
    const { node }: TracksResult = await client.request(tracksQuery, { id, after });
    tracks.push(...node.tracks.nodes);
    if (!node.tracks.pageInfo.hasNextPage) return tracks;
    after = node.tracks.pageInfo.endCursor;
  }
}

/** The first analysed frame from a time on; undefined: there is none. */
export async function findFrame(client: Client, id: string, fromSeconds: number): Promise<Frame | undefined> {
  const { node } = await client.request<{ node: { frames: { nodes: Frame[] } } }>(frameQuery, { id, fromSeconds });
  return node.frames.nodes[0];
}
